import { describe, expect, test } from '@jest/globals'
import { triggers } from '../../src/alerts/catalog.js'
import { contentOf, textOf } from '../../src/alerts/content.js'
import { parseAlert, readAlertFiles } from '../../src/alerts/files.js'
import { lintAlert } from '../../src/alerts/lint.js'
import { judge, planOf } from '../../src/alerts/plan.js'
import { coreTypes } from '../../src/shop/types/define.js'
import { definition, settings } from './setup.js'

const told = (yaml: string, names = {}) =>
  parseAlert(yaml, 'alerts/x.yaml', names).problems.map(({ line, field, message, fix, severity }) =>
    [severity, line, field, message, fix].join(' | '),
  )

describe('rules of content/alerts', () => {
  test('the samples of the project are all good', async () => {
    const { rules, problems } = await readAlertFiles('content', { corps: ['corp'], robots: [], chats: [] })
    expect(problems).toEqual([])
    expect(rules.length).toBeGreaterThanOrEqual(8)
  })

  test('a variable that no fact of the event has is an error with a hint, one it may lack a warning', () => {
    const yaml = 'title: a\nwhen: order.paid\nto: { staff: [lihua] }\ntext: |\n  {orderNO} {page}\n'
    expect(told(yaml)).toEqual([
      'error | 4 | text | order.paid 没有变量 orderNO | 是否想写 orderNo？',
      'warning | 4 | text | page 可能没有值，那时写作“—” | 写成 {page?没有时的文字}',
    ])
  })

  test('a variable of a wrong kind, an unknown event and unknown places are named', () => {
    const yaml = (more: string) => `title: a\nto: { staff: [lihua] }\n${more}`
    expect(told(yaml('when: order.paid\ntext: "{orderNo|money}"'))[0]).toContain('orderNo 不是以分为单位的整数')
    expect(told(yaml('when: order.payed\ntext: hi'))[0]).toContain('不认识的事件 order.payed')
    expect(told(yaml('when: review.submitted\ntext: "{stars}"\nsample: { stars: 5 }'))).toEqual([])
    const robot = 'title: a\nwhen: order.paid\nto: { robot: ops }\ntext: hi'
    expect(told(robot, { robots: ['sale'] })[0]).toContain('没有 ops')
    expect(told(robot, { robots: ['ops'] })).toEqual([])
    expect(told('title: a\nwhen: order.paid\nto: { staf: [lihua] }\ntext: hi')[0]).toContain('是否想写 staff？')
  })

  test('a group send is no answer to its own tasks, and conditions look only at what is there', () => {
    expect(told('title: a\nwhen: task.overdue\nto: { groupSend: autumn }')[0]).toContain('不能再发起群发')
    const where = 'title: a\nwhen: order.paid\nto: { staff: [a] }\ntext: hi\nwhere: [{ field: paid, atLeast: 1 }]'
    expect(told(where)[0]).toContain('没有变量 paid')
  })

  test('every event of a shop in the catalogue is one its registry takes, with such props', () => {
    const known = new Map(coreTypes.map((type) => [type.type, type]))
    const own = triggers.filter(({ type }) => /^(order|coupon|cart|live)\./.test(type))
    const buys = triggers.filter(({ name }) => name.startsWith('group-buy.'))
    for (const { type, sample } of [...own, ...buys]) {
      if (type === 'order.refund-asked') continue
      expect([type, known.get(type)?.props.safeParse(sample).error?.issues]).toEqual([type, undefined])
    }
    expect(own.length + buys.length).toBeGreaterThan(12)
  })
})

describe('what an alert says', () => {
  test('text of people never becomes a link, a mention or a format', () => {
    const data = { text: '<a href="http://evil">x</a> <@all> [a](b) `c`' }
    const text = contentOf({ text: '客户说：{text}' }, data, 'Asia/Shanghai').content
    expect(textOf(text)).not.toMatch(/[<>]/)
    const markdown = contentOf({ markdown: '**{text}** <@lihua>' }, data, 'Asia/Shanghai').content
    expect(markdown).toMatchObject({ text: expect.not.stringMatching(/<@all>|\]\(|`/) })
    expect(markdown).toMatchObject({ text: expect.stringContaining('<@lihua>') })
    const link = contentOf({ card: { title: '单', link: 'https://x.example/{text}' } }, data, 'Asia/Shanghai').content
    expect(link).toMatchObject({ link: `https://x.example/${encodeURIComponent(data.text)}` })
  })

  test('a missing value is a gap, and a long text leaves room for the count', () => {
    const { content, gaps } = contentOf({ text: '{a}{b}' }, { b: '长'.repeat(2000) }, 'Asia/Shanghai', '另有 3 条')
    expect(gaps).toEqual(['a'])
    expect(textOf(content)).toMatch(/^—长.*…\n另有 3 条$/s)
    expect(Buffer.byteLength(textOf(content))).toBeLessThanOrEqual(1901)
  })
})

describe('conditions', () => {
  const at = new Date('2026-03-04T10:00:00+08:00')
  const fact = (props: Record<string, unknown>, type = 'order.paid') => ({
    ...{ source: 'shop', id: '1', type, occurredAt: at, receivedAt: at, props },
  })
  const matches = (more: object, props: Record<string, unknown>, type?: string) =>
    'data' in judge(planOf({ slug: 'x', definition: definition(more) }, settings(), 'Asia/Shanghai'), fact(props, type))

  test('all of them must hold, and imported facts are nobody’s', () => {
    const where = [
      { field: 'paidFen', atLeast: 100, atMost: 200 },
      { field: 'orderNo', contains: 'A' },
    ]
    expect(matches({ where }, { paidFen: 150, orderNo: 'A1' })).toBe(true)
    expect(matches({ where }, { paidFen: 99, orderNo: 'A1' })).toBe(false)
    expect(matches({ where }, { paidFen: 150, orderNo: 'B1' })).toBe(false)
    expect(matches({ where }, { orderNo: 'A1' })).toBe(false)
    expect(matches({}, { imported: true })).toBe(false)
    expect(matches({ where: [{ field: 'tags', oneOf: ['vip', 'old'] }] }, { tags: ['new', 'old'] })).toBe(true)
    expect(matches({ where: [{ field: 'orderNo', not: 'A1' }] }, {})).toBe(true)
  })

  test('a group purchase that wants one more is nearly full; people who join a customer group are not in it', () => {
    const when = ['group-buy.nearly-full']
    expect(matches({ when }, { group: 'g', size: 5, paidSeats: 4 }, 'group.joined')).toBe(true)
    expect(matches({ when }, { group: 'g', size: 5, paidSeats: 3 }, 'group.joined')).toBe(false)
    expect(matches({ when }, { group: 'g', size: 5, paidSeats: 5 }, 'group.joined')).toBe(false)
    expect(matches({ when }, { corp: 'corp', group: 'g', size: 5, paidSeats: 4 }, 'chat.joined')).toBe(false)
    expect(matches({ when: ['chat.joined'] }, { corp: 'corp', group: 'g' }, 'chat.joined')).toBe(true)
  })

  test('lint finds nothing wrong with the definition the tests use', () => {
    expect(lintAlert(definition())).toEqual([])
  })
})
