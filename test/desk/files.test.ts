import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readCanned } from '../../src/desk/canned/files.js'
import { fillCanned } from '../../src/desk/canned/fill.js'
import { searchCanned } from '../../src/desk/canned/search.js'
import { daysOf, settingsOf } from '../../src/desk/definition.js'
import { createDeskFiles, deskFolders, parseDesk } from '../../src/desk/files.js'
import { contactWayIn } from '../../src/desk/request.js'
import { recorder } from '../inbox/setup.js'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'weloop-desk-'))
  await mkdir(path.join(dir, 'canned'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const least =
  'shifts:\n  早班:\n    - days: 周一至周五\n      hours: [09:00-12:00]\nstaff:\n  - userid: lihua\n    name: 李华\n    shifts: 早班\n'
const problems = (text: string) =>
  parseDesk(text, 'content/desk.yaml').problems.map(({ line, field, message }) => `${line} ${field} ${message}`)

describe('content/desk.yaml', () => {
  test('the sample has no mistakes, and says what it means', async () => {
    const text = await readFile('content/desk.sample.yaml', 'utf8')
    const { value: definition, problems: found } = parseDesk(text, 'content/desk.sample.yaml')
    expect(found).toEqual([])
    if (!definition) throw new Error('no sample')
    const settings = settingsOf(definition, 'UTC')
    expect(settings.calendar.shifts['早班']?.[0]).toEqual({
      days: [1, 2, 3, 4, 5],
      hours: [
        { from: 540, to: 720 },
        { from: 810, to: 1080 },
      ],
    })
    expect(settings.staff.map(({ capacity }) => capacity)).toEqual([5, 5, 5])
    expect(settings.times.reassignAfter).toBe(300_000)
    expect(Object.keys(settings.calendar.shifts)).toEqual(['早班', '晚班'])
  })

  test('the shortest file works with defaults', () => {
    const { value, problems: found } = parseDesk(least, 'content/desk.yaml')
    expect(found).toEqual([])
    expect(value && settingsOf(value, 'Asia/Shanghai').routing.mode).toBe('offer')
  })

  test.each([
    [least.replace('周一至周五', '星期一'), '3 shifts.早班[0].days 不认识'],
    [least.replace('09:00-12:00', '9点'), '4 shifts.早班[0].hours[0] 不是时段'],
    [least.replace('shifts: 早班', 'shifts: 夜班'), '8 staff[0].shifts 没有班次“夜班”'],
    [`${least}    skills: 售后\n`, '9 staff[0].skills 没有技能“售后”'],
    [`${least}    capacity: 0\n`, '9 staff[0].capacity 小于 1'],
    [`${least}times:\n  alertAfter: 5m\n  reassignAfter: 5m\n`, '11 times.reassignAfter 不长于 alertAfter'],
    [`${least}texts:\n  queued: 第 {palce} 位\n`, '10 texts.queued 没有变量 {palce}'],
    [`${least}holidays:\n  - from: "2026-10-07"\n    to: "2026-10-01"\n`, '11 holidays[0].to 早于 from'],
    [`${least}ruoting: {}\n`, '9 ruoting 不认识的字段'],
    [
      least.replace('李华', '李华\n    shifts: 早班\n  - userid: lihua\n    name: 李四'),
      '9 staff[1].userid lihua 写了两次',
    ],
    ['staff: []\n', '1 shifts 缺少班次'],
  ])('a mistake is told with its line and field (%#)', (text, expected) => {
    expect(problems(text)).toContain(expected)
  })

  test('a file with a mistake keeps its last good version, one that is gone closes the desk', async () => {
    const log = recorder()
    const fresh = () => createDeskFiles({ dir, timeZone: 'Asia/Shanghai', log })
    expect(await fresh().settings()).toBeUndefined()
    await writeFile(path.join(dir, 'desk.yaml'), least)
    const files = fresh()
    const first = await files.settings()
    expect(first?.staff[0]?.userid).toBe('lihua')
    await writeFile(path.join(dir, 'desk.yaml'), 'staff: 3\n')
    expect(await files.settings()).toBe(first)
    expect(await fresh().settings()).toBeUndefined()
    expect(log.lines).toContain('error desk files have mistakes, the last good ones stay')
  })

  test('weekdays as people write them', () => {
    expect(daysOf('每天')).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(daysOf('周六、周日')).toEqual([6, 7])
    expect(daysOf('周三至周五，周日')).toEqual([3, 4, 5, 7])
    expect(daysOf('周五至周一')).toBeUndefined()
    expect(daysOf('')).toBeUndefined()
  })
})

describe('canned replies', () => {
  test('the samples have no mistakes, and content check counts them', async () => {
    const checked = await Promise.all(deskFolders().map((folder) => folder('content', {}, 'content')))
    expect(checked.map(({ title, count, problems: found }) => [title, count, found])).toEqual([
      ['客服台', 0, []],
      ['常用语', 8, []],
    ])
  })

  test('an article or card that is not there is told', async () => {
    const names = { hasArticle: () => false, hasCard: (slug: string) => slug === 'size-helper' }
    const [, canned] = await Promise.all(deskFolders().map((folder) => folder('content', names, 'content')))
    expect(canned?.problems.map(({ message }) => message)).toEqual(['没有卡片 newcomer-gift', '没有文章 returns-guide'])
  })

  test('mistakes are told: two contents, unknown variables, a name used twice', async () => {
    const one = '  - slug: a\n    title: 甲\n    text: 好\n'
    await writeFile(path.join(dir, 'canned', 'one.yaml'), `title: 甲\nreplies:\n${one}`)
    await writeFile(path.join(dir, 'canned', 'two.yaml'), `title: 乙\nreplies:\n${one}`)
    await writeFile(
      path.join(dir, 'canned', 'bad.yaml'),
      'title: 丙\nreplies:\n  - slug: b\n    title: 乙\n    text: "{phone}"\n',
    )
    const { groups, problems: found } = await readCanned(dir)
    expect(groups.flatMap(({ replies }) => replies.map(({ slug }) => slug))).toEqual(['a'])
    expect(found.map(({ file, field, message }) => `${file} ${field} ${message}`)).toEqual([
      'content/canned/bad.yaml replies[0].text 没有变量 {phone}',
      'content/canned/two.yaml replies[0].slug “a”已经在 content/canned/one.yaml 里',
    ])
  })

  test('variables are filled; what has no value is left for staff to write, a name is left out', () => {
    const text = '{name}您好，订单 {order} 已发出，运单号 {tracking}。{staff}'
    expect(fillCanned(text, { name: '小雨', order: 'A1', tracking: 'SF1', staff: '李华' })).toEqual({
      text: '小雨您好，订单 A1 已发出，运单号 SF1。李华',
      missing: [],
    })
    expect(fillCanned(text, { staff: '李华' })).toEqual({
      text: '您好，订单 {order} 已发出，运单号 {tracking}。李华',
      missing: ['order', 'tracking'],
    })
  })

  test('found by words, names and first letters, the best first', () => {
    const all = [
      {
        slug: 'returns-how',
        title: '怎么退货',
        text: '七天内可退',
        initials: ['zmth', 'qtwly'],
        keywords: ['七天无理由'],
      },
      { slug: 'address', title: '退货地址', text: '杭州', initials: ['thdz'] },
      { slug: 'hello', title: '开场白', text: '您好，退货请说', initials: ['kcb'] },
    ]
    const found = (query: string) => searchCanned(all, query).map(({ slug }) => slug)
    expect(found('')).toEqual(['returns-how', 'address', 'hello'])
    expect(found('退货')).toEqual(['address', 'returns-how', 'hello'])
    expect(found('th')).toEqual(['address', 'returns-how'])
    expect(found('QTWLY')).toEqual(['returns-how'])
    expect(found('退货 杭州')).toEqual(['address'])
    expect(found('保修')).toEqual([])
  })
})

test('ways to reach somebody are found in what they wrote', () => {
  expect(contactWayIn('我的电话138 1234 5678谢谢')).toBe('138 1234 5678')
  expect(contactWayIn('座机 0571-88888888')).toBe('0571-88888888')
  expect(contactWayIn('邮箱 a.b@example.com')).toBe('a.b@example.com')
  expect(contactWayIn('微信号：xiaoyu_2020')).toBe('xiaoyu_2020')
  expect(contactWayIn('订单 202603041234567890 没到')).toBeUndefined()
})
