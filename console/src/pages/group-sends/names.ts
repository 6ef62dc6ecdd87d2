import type { GroupSendOptions } from '../../api/types.js'
import type { AnyWord } from '../../words/words.js'
import type { Kind } from './shown.js'

/** What each kind of target is called, how many of it there are, and how it is sent. */
export const KIND_WORDS = {
  groups: { name: 'send.groups', n: 'send.groups.n', about: 'send.groups.about' },
  customers: { name: 'send.customers', n: 'send.customers.n', about: 'send.customers.about' },
  moments: { name: 'send.moments', n: 'send.moments.n', about: 'send.moments.about' },
} as const satisfies Record<Kind, Record<string, AnyWord>>

/** How often one repeats. */
export const EVERY_WORDS = {
  day: 'send.every.day',
  week: 'send.every.week',
  month: 'send.every.month',
} as const satisfies Record<string, AnyWord>

/** When one begins. */
export const WHEN_WORDS = {
  manual: 'send.when.manual',
  at: 'send.when.at',
  every: 'send.when.every',
} as const satisfies Record<string, AnyWord>

/** The cap that the house reckons with. */
export const CAP_WORDS = {
  day: 'send.cap.day',
  week: 'send.cap.week',
  month: 'send.cap.month',
} as const satisfies Record<GroupSendOptions['cap'], AnyWord>

/** Units of spans of time. */
export const UNIT_WORDS = {
  m: 'send.unit.m',
  h: 'send.unit.h',
  d: 'send.unit.d',
} as const satisfies Record<string, AnyWord>
