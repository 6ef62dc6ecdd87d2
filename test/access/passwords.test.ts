import { describe, expect, test } from '@jest/globals'
import { createPasswordHash } from '../../src/access/passwords/hash.js'
import { passwordFault } from '../../src/access/passwords/rules.js'

describe('what a password must be', () => {
  test.each([
    ['短密码', 'too-short'],
    ['elevenchars', 'too-short'],
    ['x'.repeat(129), 'too-long'],
    ['1qaz2wsx3edc', 'common'],
    ['administrator', 'common'],
    ['Password2026!', 'common'],
    ['!!!iloveyou1314', 'common'],
    ['P@$$w0rd2024!', 'common'],
    ['qwertyuiop123', 'common'],
    ['aaaaaaaaaaaaaa', 'repeated'],
    ['abcabcabcabcabc', 'repeated'],
    ['13131313131313', 'repeated'],
    ['lkjhgf4567890rewq', 'sequence'],
    ['woaini1314520', 'personal'],
    ['weloop20260101', 'personal'],
    ['13812345678mima', 'personal'],
    ['zhangsan20260304', 'personal'],
  ])('%s is refused: %s', (password, fault) => {
    expect(passwordFault(password, ['zhangsan@shop.cn', '张三'])).toBe(fault)
  })

  test.each([
    'Lotus pond 37 lanterns',
    '春天的第一场雨落在青石板路上',
    'correct horse battery',
    'k7#vQ2!mZp9w',
    'x7'.concat('9f3kq8v2m1zd'.repeat(10)).slice(0, 128),
  ])('%s is taken: no kinds of characters are asked for', (password) => {
    expect(passwordFault(password, ['li', '李雷'])).toBeUndefined()
  })
})

describe('hashes of passwords', () => {
  const cheap = createPasswordHash({ cost: { logN: 4, r: 1, p: 1 } })

  test('fit their password in any Unicode form, and no other; are never twice the same', async () => {
    const hash = await cheap.make('Caf\u00e9 am Lotusteich')
    expect(await cheap.fits('Cafe\u0301 am Lotusteich', hash)).toBe(true)
    expect(await cheap.fits('Caf\u00e9 am Lotusteich ', hash)).toBe(false)
    expect(await cheap.make('Caf\u00e9 am Lotusteich')).not.toBe(hash)
    expect(hash).not.toContain('Lotus')
  })

  test('without a hash, or with a broken one, nothing fits', async () => {
    for (const hash of [undefined, '', 'scrypt$4$1$1$$', 'plain']) expect(await cheap.fits('', hash)).toBe(false)
  })

  test('a changed cost makes old hashes old, and they still fit', async () => {
    const dearer = createPasswordHash({ cost: { logN: 5, r: 1, p: 1 } })
    const hash = await cheap.make('secret words')
    expect([await dearer.fits('secret words', hash), dearer.isOld(hash), cheap.isOld(hash)]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('the standard cost is what OWASP asks: 64 MiB and two passes', async () => {
    expect(await createPasswordHash().make('x')).toMatch(/^scrypt\$16\$8\$2\$[\w-]{22}\$[\w-]{43}$/)
  })

  test('a flood of sign-ins waits in a queue that ends', async () => {
    const slow = createPasswordHash({ cost: { logN: 10, r: 1, p: 1 } })
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => slow.fits('x', undefined)))
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBe(6)
    expect(refused[0]).toMatchObject({ reason: { code: 'unavailable.busy' } })
    await expect(slow.fits('x', undefined)).resolves.toBe(false)
  })
})
