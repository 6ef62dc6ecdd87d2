import { durationMs } from '../core/clock.js'
import type { StoredFact } from '../events/fact.js'
import type { QuietHours } from '../outbox/reach/reach.js'
import { dataOf, type Trigger, triggerOf } from './catalog.js'
import { type Condition, holds } from './condition.js'
import { type AlertDefinition, MOST_PASSED } from './definition.js'
import type { AlertSettings } from './ports.js'
import type { AlertRule } from './rules.js'

/** A rule at work: the definition with what holds by default. Durations in ms. */
export interface Plan {
  slug: string
  definition: AlertDefinition
  triggers: readonly Trigger[]
  /** Absent: it is told at any time. */
  quiet?: { hours: QuietHours; mode: 'hold' | 'drop' }
  dedupe?: { by: readonly string[]; within: number }
  most: { count: number; within: number }
}

/** Makes the plan of a rule. */
export function planOf(
  { slug, definition }: Pick<AlertRule, 'slug' | 'definition'>,
  settings: Pick<AlertSettings, 'quietHours' | 'most'>,
  timeZone: string,
): Plan {
  const { when, quietHours = settings.quietHours, dedupe, most } = definition
  const quiet = quietHours === 'none' || quietHours.mode === 'ignore' ? undefined : quietHours
  return {
    slug,
    definition,
    triggers: when.map(triggerOf),
    ...(quiet && {
      quiet: {
        hours: { hours: quiet.hours, timeZone, mode: 'next' },
        mode: quiet.mode === 'drop' ? 'drop' : 'hold',
      },
    }),
    ...(dedupe && { dedupe: { by: dedupe.by, within: durationMs(dedupe.within) } }),
    most: most
      ? { count: most.count, within: durationMs(most.within) }
      : { ...settings.most, count: Math.min(settings.most.count, MOST_PASSED) },
  }
}

/** What a rule sees of a fact, or why it is not about it. */
export type Judged = { data: Record<string, unknown> } | { misses: 'type' | 'imported' | 'words' | Condition }

/** Whether a rule is about a fact. Facts of past orders that were brought in are none of anybody's. */
export function judge({ definition, triggers }: Plan, fact: StoredFact): Judged {
  const trigger = triggers.find(({ type, only }) => type === fact.type && (only?.(fact.props) ?? true))
  if (trigger === undefined) return { misses: 'type' }
  if (fact.props['imported'] === true) return { misses: 'imported' }
  if (trigger.words === 'own' && !sharesWord(definition.keywords ?? [], fact.props['keywords']))
    return { misses: 'words' }
  const data = dataOf(trigger, fact)
  const broken = definition.where?.find((condition) => !holds([condition], data))
  return broken ? { misses: broken } : { data }
}

const sharesWord = (words: readonly string[], found: unknown) =>
  Array.isArray(found) && words.some((word) => found.includes(word))
