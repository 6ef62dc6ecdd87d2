import type { GroupSendDefinition } from '../../api/types.js'
import type { Words } from '../../words/words.js'
import { EVERY_WORDS } from './names.js'

/** A schedule in words: `每周 周四 20:00`; undefined when it is started by hand. */
export function whenText(schedule: GroupSendDefinition['schedule'], { t, locale }: Words): string | undefined {
  if (schedule?.at !== undefined) return inZone(schedule.at.replace('T', ' '), schedule.timeZone)
  if (schedule?.every === undefined) return undefined
  const { every, on = [], time = '' } = schedule
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  // 2026-03-02 is a Monday.
  const days = on.map((day) => (every === 'week' ? weekday.format(new Date(Date.UTC(2026, 2, 1 + day))) : String(day)))
  const text = [t(EVERY_WORDS[every]), days.join(t('list.comma')), time].filter((part) => part !== '').join(' ')
  return inZone(text, schedule.timeZone)
}

const inZone = (text: string, timeZone: string | undefined) =>
  timeZone === undefined ? text : `${text}（${timeZone}）`

/** A written span of time in words: `2h`, `30m`, `1d`. */
export function spanText(span: string, { t }: Words): string {
  const [, n = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([mhd])$/.exec(span.trim()) ?? []
  if (unit === 'm') return t('send.span.m', { n })
  if (unit === 'h') return t('send.span.h', { n })
  return unit === 'd' ? t('send.span.d', { n }) : span
}
