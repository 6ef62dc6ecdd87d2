import type { FieldProblem } from '../../api/problem.js'
import type { CampaignDefinition, CampaignTemplate } from '../../api/types.js'

/** A definition that is being written: anything may still be missing. */
export type Def = Partial<CampaignDefinition>

/** What the form holds, and what a draft keeps. */
export interface Written {
  id: string
  definition: Def
  /** What the edit is based on; absent for a new push. */
  base?: { version: number; definition: Def }
}

/** A push with nothing in it. */
export const BLANK: Def = {
  name: '',
  purpose: 'marketing',
  channels: ['customer-message', 'mass'],
  audience: '',
  text: '',
}

/** A name for addresses and keys that nobody has yet: `recall-1123-x7k2`. */
export function freshId(of: string, now: Date, random: () => number = Math.random): string {
  const day = `${now.getMonth() + 1}`.padStart(2, '0') + `${now.getDate()}`.padStart(2, '0')
  const tail = Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')
  const head = of.replace(/[^a-z0-9-]/g, '').slice(0, 30) || 'push'
  return `${head}-${day}-${tail}`
}

/** A template filled with the time it suggests, in the shop’s zone. */
export function fromTemplate({ definition, suggests }: CampaignTemplate, now: Date, timeZone: string): Def {
  const def = definition as Def
  if (def.schedule?.cron !== undefined) return def
  const day = dayIn(new Date(now.getTime() + suggests.days * 86_400_000), timeZone)
  return { ...def, schedule: { at: `${day}T${suggests.time}` } }
}

/** `2026-03-04` of a moment in a zone. */
export const dayIn = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

/** `2026-03-04T10:30` of a moment in a zone. */
export const minuteIn = (at: Date, timeZone: string): string =>
  `${dayIn(at, timeZone)}T${new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at)}`

/** What was kept in the browser, when it is what the form knows. */
export function readWritten(text: string): Written | undefined {
  try {
    const kept: unknown = JSON.parse(text)
    if (typeof kept !== 'object' || kept === null || !('id' in kept) || !('definition' in kept)) return undefined
    return typeof kept.definition === 'object' && kept.definition !== null ? (kept as Written) : undefined
  } catch {
    return undefined
  }
}

/** The definition as it is sent: without the content that is not chosen and empty leftovers. */
export function sent(definition: { [K in keyof Def]: Def[K] | undefined }): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definition).filter(([key, value]) => value !== undefined && (value !== '' || key === 'name')),
  )
}

/** The fields of the form, in the order in which the API’s are looked up; what fits none stands above the form. */
const SLOTS = [
  'id',
  'name',
  'account',
  'purpose',
  'audience',
  'channels',
  'schedule',
  'endsAt',
  'holdOut',
  'waves',
] as const
const CONTENT = ['article', 'card', 'params', 'text', 'variants', 'stages'] as const
export type Slot = (typeof SLOTS)[number] | 'content' | 'other'

/** The place of the form at which a mistake that the API names is shown. */
export function slotOf(field: string): Slot {
  const first = /^[A-Za-z]+/.exec(field)?.[0] ?? ''
  if (CONTENT.some((key) => key === first) || field === '(all)') return 'content'
  return SLOTS.find((slot) => slot === first) ?? 'other'
}

/** Mistakes by their places. */
export function bySlot(fields: readonly FieldProblem[]): Partial<Record<Slot, FieldProblem[]>> {
  const found: Partial<Record<Slot, FieldProblem[]>> = {}
  for (const one of fields) {
    const slot = slotOf(one.field)
    found[slot] = [...(found[slot] ?? []), one]
  }
  return found
}
