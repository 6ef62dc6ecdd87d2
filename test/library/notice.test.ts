import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fieldExamples, fieldFault } from '../../rules/official-account/fields.js'
import { fieldKinds, fieldSource } from '../../rules/official-account/template-fields.js'
import { silentLogger } from '../../src/core/log.js'
import { createLibrary } from '../../src/library/library.js'
import { templateOf } from '../../src/library/notice.js'
import { type NoticeProblem, renderNotice } from '../../src/library/render-notice.js'
import { resolveNotice } from '../../src/library/resolve.js'
import { checkTemplateData } from '../../src/platforms/official-account/client/template-data.js'
import { parse } from './sample.js'

const SHIPPED = `name: order.shipped
channel: template
template: TPL_SHIP_demo
fields:
  character_string1: '{order.number}'
  thing2: { value: '{order.goods}', shorten: true }
  time3: '{order.shippedAt|time}'
`
const DATA = { order: { number: 'XH1', goods: '四件套', amount: 12_800, shippedAt: '2026-03-02T09:30:00+08:00' } }

/** The notice of a file as it is sent. */
function ready(text: string) {
  const { content, problems } = parse({ 'notices/shipped.yaml': text })
  const notice = content.notices.get('shipped')
  const found = notice && resolveNotice(notice, content)
  if (found === undefined) throw new Error(JSON.stringify(problems))
  return found
}
const withField = (line: string) => SHIPPED.replace(/ {2}character_string1[\s\S]*$/, `  ${line}\n`)
const rendered = (line: string, data: unknown = DATA) => renderNotice(ready(withField(line)), data)
/** Severity and field of what is told about a notice. */
const told = (text: string) =>
  parse({ 'notices/shipped.yaml': text })
    .problems.filter((each) => each.file === 'notices/shipped.yaml')
    .map((each) => `${each.severity} ${each.field}:${each.line}`)
const reasons = (result: object) =>
  'problems' in result ? (result.problems as NoticeProblem[]).map((each) => `${each.field} ${each.reason}`) : []

describe('a notice', () => {
  test('is filled with data: numbers, money from fen, times of the zone', () => {
    expect(told(SHIPPED)).toEqual([])
    expect(renderNotice(ready(SHIPPED), DATA)).toEqual({
      fields: { character_string1: 'XH1', thing2: '四件套', time3: '2026年3月2日 09:30' },
    })
    expect(rendered("amount1: '{order.amount|money}'")).toEqual({ fields: { amount1: '¥128.00' } })
    expect(rendered("amount1: '{order.amount|yuan}'")).toEqual({ fields: { amount1: '128.00元' } })
    expect(rendered("date1: '{order.shippedAt|date}'")).toEqual({ fields: { date1: '2026年3月2日' } })
    expect(rendered("time1: '{at|time}'", { at: new Date('2026-01-01T20:00:00Z') })).toEqual({
      fields: { time1: '2026年1月2日 04:00' },
    })
    expect(rendered("time1: '{at|time}'", { at: '2026-01-01 20:00' })).toEqual({
      fields: { time1: '2026年1月1日 20:00' },
    })
  })

  test('opens a card with data in its parameters, encoded', () => {
    const notice = ready(`${SHIPPED}card: { slug: gift, params: { id: '{order.number}', from: notice } }\n`)
    const { miniProgram } = renderNotice({ ...notice, fields: [] }, { order: { number: 'A&b=/ 1' } }) as {
      miniProgram: object
    }
    expect(miniProgram).toEqual({ appid: 'wx00000000000demo2', path: 'pages/gift?id=A%26b%3D%2F%201&from=notice' })
  })

  test('fills an address without letting data choose its host', () => {
    const notice = ready(`${SHIPPED}url: 'https://shop.example.com/o/{order.number}'\n`)
    expect(renderNotice({ ...notice, fields: [] }, { order: { number: '../x?y#z' } })).toMatchObject({
      url: 'https://shop.example.com/o/..%2Fx%3Fy%23z',
    })
    expect(told(`${SHIPPED}url: 'https://{host}/x'\n`)).toEqual(['error url:8'])
    expect(told(`${SHIPPED}url: 'https://a{host}/x'\n`)).toEqual(['error url:8'])
    expect(told(`${SHIPPED}url: 'javascript:alert(1)'\n`)).toEqual(['error url:8'])
  })

  test('refuses a value that is too long, with length, limit and source; nothing is cut unasked', () => {
    const long = { order: { ...DATA.order, number: 'X'.repeat(33), goods: '棉'.repeat(40) } }
    const result = renderNotice(ready(SHIPPED), long)
    expect(result).toEqual({
      problems: [
        {
          field: 'character_string1',
          reason: 'too-long',
          message: '有 33 个字，最多 32 个字',
          length: 33,
          limit: 32,
          source: fieldSource,
        },
      ],
    })
    expect(JSON.stringify(result)).not.toContain('XXX')
    expect(rendered("thing1: { value: '{order.goods}', shorten: true }", long)).toEqual({
      fields: { thing1: `${'棉'.repeat(19)}…` },
    })
    expect(reasons(rendered("thing1: '{order.goods}'", long))).toEqual(['thing1 too-long'])
  })

  test('tells what data lacks or has wrong, all at once, unless a fallback is written', () => {
    expect(reasons(renderNotice(ready(SHIPPED), { order: { goods: {}, shippedAt: 'soon' } }))).toEqual([
      'character_string1 missing',
      'thing2 format',
      'time3 format',
    ])
    expect(rendered("thing1: '{order.carrier?快递}'")).toEqual({ fields: { thing1: '快递' } })
    expect(rendered("thing1: '{order.goods?快递}'", { order: { goods: ' \n ' } })).toEqual({
      fields: { thing1: '快递' },
    })
    expect(reasons(rendered("amount1: '{order.amount|money}'", { order: { amount: 12.5 } }))).toEqual([
      'amount1 format',
    ])
    expect(reasons(rendered("amount1: '{order.amount|money}'", { order: { amount: -1 } }))).toEqual(['amount1 format'])
    expect(reasons(rendered("time1: '{at|time}'", { at: 1_767_225_600 }))).toEqual(['time1 format'])
    expect(reasons(rendered("phrase1: '{state}'", { state: '已签收了呀呀' }))).toEqual(['phrase1 too-long'])
    expect(reasons(rendered("phrase1: '{state}'", { state: 'ok' }))).toEqual(['phrase1 refused'])
    for (const path of ['constructor', '__proto__.x', 'order.toString'])
      expect(reasons(rendered(`thing1: '{${path}}'`))).toEqual(['thing1 missing'])
  })

  test('keeps line breaks of data out of a field', () => {
    expect(rendered("thing1: '{a}'", { a: ' 第一行\r\n第二行\u2028三 ' })).toEqual({
      fields: { thing1: '第一行 第二行 三' },
    })
  })

  test('has one template everywhere or one for each account', () => {
    const each = ready(SHIPPED.replace('TPL_SHIP_demo', '{ shop: TPL_A, second: TPL_B }'))
    expect([templateOf(each, 'shop'), templateOf(each, 'second'), templateOf(each, 'third')]).toEqual([
      'TPL_A',
      'TPL_B',
      undefined,
    ])
    expect(templateOf(ready(SHIPPED), 'third')).toBe('TPL_SHIP_demo')
  })

  test('never renders a field that the platform refuses, whatever the data', () => {
    const keys = [...Object.keys(fieldKinds), 'keyword'].map((kind) => `${kind}1`)
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.boolean(),
        fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary' }), fc.anything()),
        (key, shorten, value) => {
          const fields = [{ key, shorten, value: [{ path: ['v'], format: 'text' as const }] }]
          const result = renderNotice({ fields }, { v: value })
          if ('problems' in result) {
            expect(result.problems).toHaveLength(1)
            if (shorten) expect(result.problems[0]?.reason).not.toBe('too-long')
          } else expect(fieldFault(key, result.fields[key] ?? '')).toBeUndefined()
        },
      ),
    )
  })

  test('never renders what the client of the platform refuses before the call', () => {
    const keys = [...Object.keys(fieldKinds), 'keyword'].map((kind) => `${kind}1`)
    const example = fc.constantFrom(...Object.values(fieldExamples))
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.oneof(example, fc.string({ unit: 'grapheme' })), (key, value) => {
        const result = renderNotice({ fields: [{ key, shorten: false, value: [value] }] }, {})
        if (!('problems' in result)) expect(() => checkTemplateData('/x', result.fields)).not.toThrow()
      }),
    )
  })

  test('writes any amount of fen so that it reads back as the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (fen) => {
        const result = rendered("amount1: '{fen|money}'", { fen })
        if ('problems' in result) throw new Error('refused')
        expect(Math.round(Number(result.fields['amount1']?.slice(1)) * 100)).toBe(fen)
      }),
    )
  })
})

describe('the check of notices', () => {
  test('gives examples that pass', () => {
    for (const [name, example] of Object.entries(fieldExamples)) expect(fieldFault(`${name}1`, example)).toBeUndefined()
  })

  test.each([
    ['first: 您好', 'first'],
    ['remark: 谢谢', 'remark'],
    ['title1: 您好', 'title1'],
    ['thing: 您好', 'thing'],
    ['phrase1: 已经签收了哦', 'phrase1'],
    ['thing1: 一二三四五六七八九十一二三四五六七八九十一', 'thing1'],
    ["thing1: '一二三四五六七八九十一二三四五六七八九十{a}'", 'thing1'],
    ["amount1: '{order.amount}'", 'amount1'],
    ["number1: '{order.amount|money}'", 'number1'],
    ["character_string1: '{order.at|date}'", 'character_string1'],
    ["character_string1: { value: '{order.number}', shorten: true }", 'character_string1'],
    ["phrase1: '{order.at|time}'", 'phrase1'],
  ])('refuses the field %s', (line, key) => {
    expect(told(withField(line))).toContain(`error fields.${key}:5`)
  })

  test.each([
    ["thing1: '{order.goods'", 'fields.thing1'],
    ["thing1: '{order.goods|loud}'", 'fields.thing1'],
    ["thing1: '{order goods}'", 'fields.thing1'],
    ["thing1: 'a}b'", 'fields.thing1'],
  ])('refuses the expression in %s', (line, field) => {
    expect(told(withField(line)).join()).toContain(`error ${field}`)
  })

  test('plain braces are written twice', () => {
    expect(rendered("thing1: '{{a}}{order.number}'")).toEqual({ fields: { thing1: '{a}XH1' } })
  })

  test('warns of marketing, emoji, colours and raw times', () => {
    expect(told(withField('thing1: 全场优惠等您来'))).toEqual(['warning fields.thing1:5'])
    expect(told(withField("thing1: '{a?立即购买}'"))).toEqual(['warning fields.thing1:5'])
    expect(told(withField('thing1: 已发货🚚'))).toEqual(['warning fields.thing1:5'])
    expect(told(withField("thing1: { value: 已发货, color: '#f00' }"))).toEqual(['warning fields.thing1.color:5'])
    expect(told(withField("time1: '{order.at}'"))).toEqual(['warning fields.time1:5'])
  })

  test('refuses two notices of one name, and a card that is not there', () => {
    const { problems } = parse({ 'notices/a.yaml': SHIPPED, 'notices/b.yaml': `${SHIPPED}card: nothing\n` })
    expect(problems.map((each) => `${each.file} ${each.field}`)).toEqual(['notices/b.yaml name', 'notices/b.yaml card'])
  })

  test('knows what each channel can do', () => {
    const other = (channel: string, more = '') =>
      told(SHIPPED.replace('channel: template', `channel: ${channel}`) + more)
    expect(other('subscription')).toEqual([])
    expect(other('mini-program')).toEqual(['error channel:2'])
    expect(other('mini-program', 'card: gift\n')).toEqual([])
    expect(other('mini-program', 'card: gift\nurl: https://a.example/\n')).toEqual(['error url:9'])
    expect(other('sms')).toEqual(['error channel:2'])
    const many = Array.from({ length: 6 }, (_, index) => `thing${index + 1}: 好`).join('\n  ')
    expect(told(withField(many).replace('channel: template', 'channel: subscription'))).toEqual(['error fields:4'])
    expect(told(withField('keyword1: 好').replace('channel: template', 'channel: subscription'))).toEqual([
      'error fields.keyword1:5',
    ])
  })

  test('the sample shop has notices for paid, shipped, delivered and refunded', async () => {
    const library = createLibrary({
      dir: join(import.meta.dirname, '../../content'),
      log: silentLogger,
      clock: { now: () => new Date() },
      publicUrl: 'https://a.example',
      watch: false,
    })
    expect(await library.load()).toEqual([])
    const at = '2026-03-02T09:30:00+08:00'
    const data = {
      order: { number: 'XH20260302001', goods: '水洗棉四件套 1.8 米床 秋日款 浅燕麦色', amount: 42_900, paidAt: at },
      parcel: { carrier: '顺丰速运', shippedAt: at, deliveredAt: at },
      refund: { amount: 42_900, doneAt: at },
    }
    const names = ['order.paid', 'order.shipped', 'order.delivered', 'refund.done']
    for (const name of names) {
      const notice = library.notice(name)
      const result = notice && renderNotice(notice, data)
      expect(result).toMatchObject({ miniProgram: { path: 'pages/orders/list?id=XH20260302001&from=notice' } })
    }
    expect(library.notice('order.nothing')).toBeUndefined()
  })
})
