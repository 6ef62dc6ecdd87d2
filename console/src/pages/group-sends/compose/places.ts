import { ApiProblem } from '../../../api/problem.js'
import type { AnyWord, Words } from '../../../words/words.js'

/** What the fields of a definition are called in the form, the longest names first. */
const NAMES: readonly (readonly [RegExp, AnyWord])[] = [
  [/^id$/, 'col.id'],
  [/^name/, 'col.name'],
  [/^account/, 'corps.name'],
  [/^purpose/, 'col.purpose'],
  [/^to\.groups\.labels/, 'send.labels'],
  [/^to\.groups\.folders/, 'send.folders'],
  [/^to\.groups\.chatIds/, 'send.chats'],
  [/^to\.customers\.segment/, 'send.segment'],
  [/^to\.customers\.tags/, 'send.tags'],
  [/^to\.customers\.ids/, 'send.ids'],
  [/^to\.customers\.allOf/, 'send.all-of'],
  [/^to\.moments\.staff/, 'send.publishers'],
  [/^to\.moments\.departments/, 'send.departments'],
  [/^to\.moments\.tags/, 'send.moment-tags'],
  [/^to/, 'send.who'],
  [/^messages/, 'send.messages'],
  [/^schedule/, 'send.when'],
  [/^remindAfter/, 'send.reminders'],
  [/^escalate/, 'send.escalate'],
  [/^expireAfter/, 'send.expires'],
  [/^approvalAbove/, 'send.above'],
]

/** `messages[1].link.url` as the form calls it: its part, and its row by number. */
export function placeOf(field: string, t: Words['t']): string {
  const word = NAMES.find(([pattern]) => pattern.test(field))?.[1]
  if (word === undefined) return field
  const row = /^(?:messages|remindAfter)\[(\d+)\]/.exec(field)?.[1]
  return row === undefined ? t(word) : `${t(word)} ${Number(row) + 1}`
}

/** The problem with its fields called as in the form. */
export function placed(problem: ApiProblem, t: Words['t']): ApiProblem {
  const { status, code, message, fields } = problem
  const named = fields.map((one) => ({ ...one, field: placeOf(one.field, t) }))
  return new ApiProblem(status, code, message, { fields: named })
}
