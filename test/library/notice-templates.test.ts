import { describe, expect, test } from '@jest/globals'
import type { ReadyNotice } from '../../src/library/notice.js'
import { type AccountTemplate, compareTemplates, keysOf } from '../../src/library/notice-templates.js'

const SHIP: AccountTemplate = {
  id: 'TPL_SHIP',
  title: '订单发货通知',
  content: '{{first.DATA}}\n订单编号:{{character_string1.DATA}}\n快递公司:{{thing2.DATA}}\n{{remark.DATA}}',
}
const notice = (change: Partial<ReadyNotice> = {}): ReadyNotice => ({
  slug: 'order-shipped',
  name: 'order.shipped',
  channel: 'template',
  template: 'TPL_SHIP',
  fields: ['character_string1', 'thing2'].map((key) => ({ key, value: ['x'], shorten: false })),
  ...change,
})
const compare = (one: ReadyNotice, accounts: Record<string, AccountTemplate[]>) =>
  compareTemplates([one], new Map(Object.entries(accounts).map(([id, template]) => [id, { template }])))[0]
const told = (state: ReturnType<typeof compare>) =>
  state?.problems.map((each) => `${each.severity} ${each.field} ${each.fix}`)

describe('notices and the templates an account has', () => {
  test('agree when every field is filled; first and remark need nothing', () => {
    expect(compare(notice({ title: '订单发货通知' }), { shop: [SHIP] })).toEqual({
      name: 'order.shipped',
      accounts: ['shop'],
      problems: [],
    })
    expect(keysOf(SHIP.content)).toEqual(['first', 'character_string1', 'thing2', 'remark'])
  })

  test('a field too few or too many is told with the template’s own line', () => {
    const fields = [
      { key: 'character_string1', value: ['x'], shorten: false },
      { key: 'time3', value: ['x'], shorten: false },
    ]
    expect(told(compare(notice({ fields }), { shop: [SHIP] }))).toEqual([
      'error fields.thing2 补上：快递公司:{{thing2.DATA}}',
      'error fields.time3 模板的字段是：character_string1、thing2',
    ])
  })

  test('a template that is not there is told with those that are', () => {
    expect(told(compare(notice({ template: 'TPL_OLD' }), { shop: [SHIP] }))).toEqual([
      'error template 后台现有：订单发货通知 TPL_SHIP',
    ])
    expect(told(compare(notice({ template: 'TPL_OLD', title: SHIP.title }), { shop: [SHIP] }))).toEqual([
      'error template 同名模板的 ID 是 TPL_SHIP',
    ])
    expect(told(compare(notice(), { shop: [] }))).toEqual(['error template 先在公众平台后台添加模板'])
  })

  test('one id for all must be on one account; an id for each on each', () => {
    expect(compare(notice(), { shop: [], second: [SHIP] })).toMatchObject({ accounts: ['second'], problems: [] })
    const each = notice({ template: { shop: 'TPL_SHIP', second: 'TPL_SHIP' } })
    expect(told(compare(each, { shop: [SHIP], second: [] }))).toEqual(['error template 先在公众平台后台添加模板'])
    expect(compare(notice({ template: { third: 'TPL_SHIP' } }), { shop: [SHIP] })).toMatchObject({ unchecked: true })
  })

  test('a fixed value must be among those the template lists, and the title should agree', () => {
    const choices: AccountTemplate = { ...SHIP, choices: { thing2: ['顺丰', '中通'] } }
    expect(told(compare(notice({ title: '发货提醒' }), { shop: [choices] }))).toEqual([
      'error fields.thing2 可用：顺丰、中通',
      'warning title 改成后台的标题，或换模板 ID',
    ])
    const filled = notice({
      fields: [
        { key: 'character_string1', value: ['x'], shorten: false },
        { key: 'thing2', value: [{ path: ['carrier'], format: 'text' }], shorten: false },
      ],
    })
    expect(told(compare(filled, { shop: [choices] }))).toEqual([])
  })

  test('a channel that nobody was asked about is unchecked, not right', () => {
    expect(compare(notice({ channel: 'subscription' }), { shop: [SHIP] })).toMatchObject({
      unchecked: true,
      accounts: [],
    })
  })
})
