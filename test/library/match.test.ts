import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { text } from '../../src/core/message.js'
import { bareOf, createMatcher, normalise } from '../../src/library/match.js'
import { parse } from './sample.js'

const NOON = new Date('2026-03-04T12:00:00+08:00') // a Wednesday

function shop(...files: string[]) {
  const { content, problems } = parse(
    Object.fromEntries(files.map((file, n) => [`replies/${n === 0 ? 'faq' : `more-${n}`}.yaml`, file])),
  )
  expect(problems.filter((each) => each.severity === 'error')).toEqual([])
  const match = createMatcher(content.rules, 'Asia/Shanghai')
  return (message: string, now = NOON) => match(message, now)
}

describe('a follower writes a keyword', () => {
  test.each(['运费', ' 运费 ', '运费？', '运费!!', '【运费】', '运费。\n'])(
    '%j hits the exact keyword 运费',
    (message) => {
      expect(shop('- match: { exact: 运费 }\n  answer: 包邮\n')(message)).toEqual(text('包邮'))
    },
  )

  test('full-width letters, digits and blanks and capitals are the same word', () => {
    const says = shop('- match: { exact: [vip 1, ＴＤ２] }\n  answer: 好\n')
    for (const message of ['VIP 1', 'ｖｉｐ　１', 'Vip   1', 'td2', 'ＴＤ２']) expect(says(message)).toEqual(text('好'))
    expect(says('vip1')).toBeUndefined()
  })

  test('exact goes before contains, contains before regex', () => {
    const says = shop(
      "- match: { regex: '运.$' }\n  answer: 三\n- match: { contains: 运 }\n  answer: 二\n- match: { exact: 运费 }\n  answer: 一\n",
    )
    expect(says('运费')).toEqual(text('一'))
    expect(says('问运费')).toEqual(text('二'))
    expect(shop("- match: { regex: '运.$' }\n  answer: 三\n")('问运费')).toEqual(text('三'))
  })

  test('a higher priority goes before everything', () => {
    const says = shop(
      "- match: { exact: 运费 }\n  answer: 一\n- match: { regex: '^运' }\n  priority: 2\n  answer: 三\n- match: { contains: 运 }\n  priority: 1\n  answer: 二\n",
    )
    expect(says('运费')).toEqual(text('三'))
    expect(says('包运')).toEqual(text('二'))
  })

  test('the longer keyword wins among equals, then the order of files and lines', () => {
    const says = shop(
      '- match: { contains: 运费 }\n  answer: 短\n- match: { contains: 运费险 }\n  answer: 长\n',
      '- match: { contains: 运费 }\n  answer: 后\n',
    )
    expect(says('有运费险吗')).toEqual(text('长'))
    expect(says('运费呢')).toEqual(text('短'))
  })

  test('a rule outside its time gives way to the next', () => {
    const says = shop(
      '- match: { exact: 电话 }\n  when: { hours: 09:00-11:00 }\n  priority: 5\n  answer: 白天\n- match: { exact: 电话 }\n  answer: 其他\n',
    )
    expect(says('电话', new Date('2026-03-04T09:00:00+08:00'))).toEqual(text('白天'))
    expect(says('电话', new Date('2026-03-04T11:00:00+08:00'))).toEqual(text('其他'))
  })

  test('every kind of answer comes back as a message', () => {
    const says = shop(
      [
        '- { match: { exact: a }, answer: { article: welcome } }',
        '- { match: { exact: b }, answer: { card: gift } }',
        '- { match: { exact: c }, answer: { card: { slug: gift, params: { from: x, n: 3 } } } }',
        '- { match: { exact: d }, answer: { image: cover.jpg } }',
        '- { match: { exact: e }, answer: { hand-over: true } }',
        '- { match: { exact: f }, answer: { hand-over: amy@shop } }',
        '- { match: { exact: g }, answer: { choices: { head: 选, items: [甲, { id: x, text: 乙 }] } } }',
      ].join('\n'),
    )
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((word) => says(word))).toEqual([
      { kind: 'article', slug: 'welcome' },
      { kind: 'card', slug: 'gift' },
      { kind: 'card', slug: 'gift', params: { from: 'x', n: '3' } },
      { kind: 'image', media: { file: 'cover.jpg' } },
      { kind: 'hand-over' },
      { kind: 'hand-over', staff: 'amy@shop' },
      {
        kind: 'choices',
        head: '选',
        items: [
          { id: '甲', text: '甲' },
          { id: 'x', text: '乙' },
        ],
        tail: '',
      },
    ])
  })

  test('nothing, blanks and signs alone hit nothing, and long messages are not tried against patterns', () => {
    const says = shop("- match: { contains: 运费, regex: '快递' }\n  answer: 好\n")
    for (const message of ['', '  ', '？？', '在']) expect(says(message)).toBeUndefined()
    expect(says(`快递${'啊'.repeat(300)}`)).toBeUndefined()
    expect(says(`运费${'啊'.repeat(300)}`)).toEqual(text('好'))
  })

  test('comparing is stable: normalising twice changes nothing, and no message throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (message) => {
        expect(normalise(normalise(message))).toBe(normalise(message))
        expect(bareOf(bareOf(message))).toBe(bareOf(message))
      }),
    )
  })
})
