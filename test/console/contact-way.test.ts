import { expect, test } from '@jest/globals'
import { ApiProblem } from '../../console/src/api/problem.js'
import {
  asLines,
  at,
  everyone,
  itemsOf,
  readDefinition,
  withField,
} from '../../console/src/pages/codes/way/definition.js'
import { placed, placeOf } from '../../console/src/pages/codes/way/places.js'
import { freshPart, KINDS, kindOf, measure, pairsWritten } from '../../console/src/pages/codes/way/welcome.js'
import {
  dayOf,
  daysOf,
  dayText,
  overMidnight,
  spansOf,
  withDays,
  withSpans,
} from '../../console/src/pages/codes/way/window.js'
import { words } from '../../console/src/pages/codes/words.js'
import { words as contentWords } from '../../console/src/pages/content/words.js'
import { fill } from '../../console/src/words/words.js'
import { zh } from '../../console/src/words/zh.js'
import { readDefinition as readByServer } from '../../src/customers/ways/read-definition.js'

const dictionary: Record<string, string> = { ...zh, ...words.zh, ...contentWords.zh }
const t = (word: string, values = {}) => fill(dictionary[word] ?? word, values)

test('days are read in every way a file may name them, and written as days; every day is none', () => {
  expect(daysOf({})).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(daysOf({ days: '工作日' })).toEqual([0, 1, 2, 3, 4])
  expect(daysOf({ days: ['weekend', 'mon', '周一'] })).toEqual([0, 5, 6])
  expect(daysOf({ days: '星期八' })).toEqual([])
  expect(withDays({ hours: ['09:00-18:00'] }, [6, 0])).toEqual({ hours: ['09:00-18:00'], days: ['周一', '周日'] })
  expect(withDays({ days: ['周一'], room: 1 }, [0, 1, 2, 3, 4, 5, 6])).toEqual({ room: 1 })
  expect(withDays({}, [])).toEqual({ days: [] })
})

test('hours are two times each, midnight the end of a day; what is no such thing stays a text', () => {
  expect(spansOf({ hours: '18:00-24:00' })).toEqual([{ from: '18:00', until: '00:00' }])
  expect(spansOf({ hours: ['22:00-06:00', '9-18', '09:00-'] })).toEqual([
    { from: '22:00', until: '06:00' },
    { text: '9-18' },
    { from: '09:00', until: '' },
  ])
  const spans = [{ from: '18:00', until: '00:00' }, { text: '9-18' }]
  expect(withSpans({ days: ['周一'] }, spans)).toEqual({ days: ['周一'], hours: ['18:00-24:00', '9-18'] })
  expect(withSpans({ hours: ['09:00-18:00'] }, [])).toEqual({})
  expect(spansOf(withSpans({}, spans))).toEqual(spans)
  expect(overMidnight({ from: '22:00', until: '06:00' })).toBe(true)
  expect(overMidnight({ from: '18:00', until: '00:00' })).toBe(false)
  expect(overMidnight({ from: '', until: '06:00' })).toBe(false)
})

test('a day has a time or none', () => {
  expect(dayOf('2026-10-01 20:00')).toEqual({ date: '2026-10-01', time: '20:00' })
  expect(dayOf('2026/10/01')).toBeUndefined()
  for (const text of ['2026-10-01', '2026-10-01 20:00'])
    expect(dayText(dayOf(text) ?? { date: '', time: '' })).toBe(text)
  expect(dayText({ date: '', time: '20:00' })).toBe('')
})

test('fields keep their order and those nobody knows; what is emptied goes', () => {
  const before = { name: '包裹卡', colour: 'red', tags: ['a'] }
  expect(JSON.stringify(withField(before, 'name', '台卡'))).toBe('{"name":"台卡","colour":"red","tags":["a"]}')
  expect(withField(before, 'tags', [])).toEqual({ name: '包裹卡', colour: 'red' })
  expect(readDefinition('[1]')).toBeUndefined()
  expect(readDefinition('{')).toBeUndefined()
  expect(itemsOf('您好')).toEqual(['您好'])
  const slots = [{ staff: ['a', 'b'] }]
  expect(everyone({ slots, holidays: [{ staff: 'c' }], spare: ['a', 'd'] })).toEqual(['a', 'b', 'c', 'd'])
  expect(asLines({ name: '台卡', slots })).toBe('name: 台卡\nslots:\n  1.\n    staff:\n      1. a\n      2. b')
})

test('messages of a welcome are known by what they hold; only texts count as bytes, the others as attachments', () => {
  expect(KINDS.map(freshPart).map(kindOf)).toEqual([...KINDS])
  expect([kindOf('您好'), kindOf({ voice: 'a.amr' }), kindOf(null)]).toEqual(['text', undefined, undefined])
  expect(measure(['您好', { text: 'a' }, { image: 'a.jpg' }, { voice: 'a.amr' }])).toEqual({ bytes: 8, attachments: 2 })
  expect(
    pairsWritten([
      ['from', 'card'],
      ['', 'x'],
    ]),
  ).toEqual({ from: 'card' })
  expect(pairsWritten([['', '']])).toBeUndefined()
})

test('what the server refuses is called by its row and field, as in the form', () => {
  const bad = {
    name: '',
    slots: [{ staff: ['lihua'] }, { when: { days: ['周八'], hours: ['9-18'] }, staff: ['李 华', '王 芳'] }],
    holidays: [{ when: { from: '2026-10-01' }, staff: [] }],
    welcome: [{ text: '您好' }, { link: { title: 'a', url: 'b' } }, { card: { slug: 'A' } }],
    called: { lihua: '' },
    colour: 'red',
  }
  const read = readByServer(bad)
  const problems = 'problems' in read ? read.problems : []
  expect(problems.map(({ field }) => placeOf(field, t as never)).toSorted()).toEqual(
    [
      '名称',
      '第 2 班 · 星期',
      '第 2 班 · 时段',
      '第 2 班 · 员工',
      '第 2 班 · 员工',
      '节假日与特殊日期 1',
      '备用成员',
      '欢迎语 2 · 链接 · 网址',
      '欢迎语 3 · 小程序卡片',
      '成员称呼 · lihua',
      'colour',
    ].toSorted(),
  )
  const told = placed(new ApiProblem(422, 'contact-way.invalid', '', { fields: problems }), t as never)
  expect(told.fields.filter(({ field }) => field === '第 2 班 · 员工')).toHaveLength(1)
  expect(at(bad, 'slots[1].staff[0]')).toBe('李 华')
  expect(at(bad, 'slots[7].staff')).toBeUndefined()
})
