import {
  fieldExamples,
  fieldFault,
  kindNameOf,
  kindOf,
  marketingSource,
  marketingWords,
  removedSource,
} from '../../rules/official-account/fields.js'
import { limits } from '../../rules/official-account/limits.js'
import { droppedFields, fieldKinds } from '../../rules/official-account/template-fields.js'
import type { Expression, Placeholder } from './expression.js'
import { characters } from './fields.js'
import type { Notice, NoticeField } from './notice.js'
import { type ContentProblem, type Place, problem } from './problem.js'

type At = (path: string[]) => Place

/** What the platform would refuse or drop about a notice, as far as it shows before there is data. */
export function lintNotice(notice: Notice, at: At): ContentProblem[] {
  return [
    ...notice.fields.flatMap((field) => lintField(field, at)),
    ...wordProblems(notice, at),
    ...shapeProblems(notice, at),
  ]
}

/** Kinds whose values may be cut without becoming another value. */
const CUTTABLE = ['thing', 'keyword']
const SAMPLE = {
  number: '8',
  money: '¥128.00',
  yuan: '128.00元',
  date: '2026年3月2日',
  time: '2026年3月2日 09:30',
  clock: '09:30',
}

function lintField({ key, value, shorten }: NoticeField, at: At): ContentProblem[] {
  const here = at(['fields', key])
  if (droppedFields.includes(key))
    return [problem(here, `平台已不显示 ${key}（${removedSource}）`, '把要紧的话写进中间的字段，删去这一行')]
  const name = kindNameOf(key)
  if (name === undefined)
    return [
      problem(
        here,
        '不是模板的字段名',
        `照后台模板里的写，例如 character_string1；种类有：${Object.keys(fieldKinds).join('、')}`,
      ),
    ]
  const problems: ContentProblem[] = []
  if (shorten && !CUTTABLE.includes(name))
    problems.push(problem(here, `${name} 字段不能截短，截短后就是另一个值`, '删去 shorten，或换成 thing 字段'))
  const sample = sampleOf(value)
  if (sample !== undefined) {
    const fault = fieldFault(key, sample)
    const cut = fault?.limit !== undefined && shorten && value.some((part) => typeof part !== 'string')
    if (fault && !cut) problems.push(problem(here, `${fault.zh}（${fault.source}）`, fixFor(name)))
  } else {
    const own = characters(value.filter((part) => typeof part === 'string').join(''))
    const most = kindOf(name).max
    if (own + value.filter((part) => typeof part !== 'string').length > most)
      problems.push(problem(here, `固定文字已有 ${own} 个字，最多 ${most} 个字`, '缩短固定文字'))
  }
  if (name === 'amount' && value.some((part) => typeof part !== 'string' && part.format === 'text'))
    problems.push(problem(here, '金额没有写格式，会把“分”当成“元”', '写成 {order.amount|money}'))
  if ((name === 'time' || name === 'date') && value.some((part) => typeof part !== 'string' && part.format === 'text'))
    problems.push(
      problem(here, '时间没有写格式，数据不是平台的写法时会发不出', `写成 {order.paidAt|${name}}`, 'warning'),
    )
  return problems
}

function fixFor(name: string): string {
  const example = fieldExamples[name]
  return `${name} 字段：${kindOf(name).zh}${example === undefined ? '' : `，例如 ${example}`}`
}

/** What the field would read with usual data; undefined when free text decides. */
function sampleOf(value: Expression): string | undefined {
  if (value.some((part) => typeof part !== 'string' && part.format === 'text')) return undefined
  return value.map((part) => (typeof part === 'string' ? part : SAMPLE[part.format as keyof typeof SAMPLE])).join('')
}

function wordProblems(notice: Notice, at: At): ContentProblem[] {
  const fixed = (value: Expression) =>
    value.map((part) => (typeof part === 'string' ? part : ((part as Placeholder).fallback ?? ''))).join('\n')
  const texts: [string[], string][] = [
    [['title'], notice.title ?? ''],
    ...notice.fields.map(({ key, value }): [string[], string] => [['fields', key], fixed(value)]),
  ]
  const words: string = notice.text === undefined ? '' : fixed(notice.text)
  const spoken = marketingWords.find((each) => words.includes(each))
  const inWords = spoken === undefined ? [] : [marketing(at(['text']), spoken)]
  const written = texts.flatMap(([path, text]) => {
    const word = marketingWords.find((each) => text.includes(each))
    const problems: ContentProblem[] = []
    if (word !== undefined) problems.push(marketing(at(path), word))
    if (/\p{Extended_Pictographic}/u.test(text))
      problems.push(problem(at(path), `平台会去掉表情符号（${removedSource}）`, '删去表情符号', 'warning'))
    return problems
  })
  return [...inWords, ...written]
}

const marketing = (place: Place, word: string) =>
  problem(
    place,
    `“${word}”像是营销内容，通知里不允许（${marketingSource}）`,
    '只写服务事实，活动改用群发或客服消息',
    'warning',
  )

function shapeProblems(notice: Notice, at: At): ContentProblem[] {
  const { channel, fields, page, url } = notice
  const problems: ContentProblem[] = []
  if (channel !== 'template' && fields.length > limits.subscriptionKeywords.value)
    problems.push(
      problem(
        at(['fields']),
        `有 ${fields.length} 个字段，最多 ${limits.subscriptionKeywords.value} 个（${limits.subscriptionKeywords.source}）`,
        '照模板删去多余的',
      ),
    )
  if (channel !== 'template')
    for (const { key } of fields.filter((field) => kindNameOf(field.key) === 'keyword'))
      problems.push(problem(at(['fields', key]), '只有历史的模板消息有 keyword 字段', '照模板写字段名'))
  if (channel === 'mini-program' && url !== undefined)
    problems.push(problem(at(['url']), '小程序订阅消息只能打开小程序页面', '删去 url，写 mini-program 或 card'))
  if (channel === 'mini-program' && page === undefined)
    problems.push(problem(at(['channel']), '没有写是哪个小程序', '写上 mini-program: { appid, path } 或 card'))
  return problems
}
