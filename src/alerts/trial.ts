import type { Fact, StoredFact } from '../events/fact.js'
import { quietUntil } from '../outbox/reach/quiet.js'
import { triggerOf } from './catalog.js'
import type { Condition } from './condition.js'
import { type AlertContent, contentOf, textOf } from './content.js'
import type { AlertDefinition } from './definition.js'
import type { Recipient } from './model.js'
import { judge, planOf } from './plan.js'
import type { AlertPorts } from './ports.js'
import { recipientsOf } from './recipients.js'

/** A fact to try a rule with; the catalogue's sample stands for what is not given. */
export type TrialFact = Partial<Pick<Fact, 'type' | 'contact' | 'account' | 'occurredAt' | 'props'>>

/** What a rule would do with a fact. Nothing was stored or sent. */
export interface Trial {
  fact: StoredFact
  matches: boolean
  /** Why not, for people. */
  misses?: string
  content: AlertContent
  /** The content as plain text. */
  text: string
  recipients: Recipient[]
  /** Places that the rule names and nobody has configured, or an account that is not clear. */
  missing: string[]
  /** Variables without a value. */
  gaps: string[]
  /** It would wait until then, or be dropped. */
  quiet?: { until: Date; mode: 'hold' | 'drop' }
}

/** Tries a rule with a fact, or with the sample of its first event. */
export async function tryRule(
  rule: { slug: string; definition: AlertDefinition },
  given: TrialFact,
  ports: Pick<AlertPorts, 'settings' | 'timeZone' | 'clock' | 'corps' | 'staffOf' | 'nameOf'>,
): Promise<Trial> {
  const { settings, timeZone, clock } = ports
  const now = clock.now()
  const plan = planOf(rule, settings, timeZone)
  const fact = factOf(rule.definition, given, now)
  const judged = judge(plan, fact)
  const data =
    'data' in judged ? judged.data : { ...fact.props, fact: { ...fact, at: now.toISOString() }, customer: {} }
  const name = fact.contact === undefined ? undefined : await ports.nameOf(fact.contact)
  const shown = { ...data, customer: { ...(data['customer'] as object), ...(name !== undefined && { name }) } }
  const { content, gaps } = contentOf(rule.definition, shown, timeZone)
  const addressed = await recipientsOf(rule.definition, [{ data, contact: fact.contact }], ports)
  const until = plan.quiet && quietUntil(now, plan.quiet.hours)
  return {
    fact,
    matches: 'data' in judged,
    ...('misses' in judged && { misses: missed(judged.misses) }),
    content,
    text: textOf(content),
    ...addressed,
    gaps,
    ...(plan.quiet && until && { quiet: { until, mode: plan.quiet.mode } }),
  }
}

function factOf(definition: AlertDefinition, given: TrialFact, now: Date): StoredFact {
  const wanted = definition.when.map(triggerOf)
  const trigger = wanted.find(({ type, name }) => given.type === type || given.type === name) ?? wanted[0]
  const props = given.props ?? { ...trigger?.sample, ...words(definition), ...definition.sample }
  return {
    source: 'sample',
    id: 'sample',
    type: trigger && given.type === trigger.name ? trigger.type : (given.type ?? trigger?.type ?? ''),
    ...(given.contact !== undefined && { contact: given.contact }),
    ...(given.account !== undefined && { account: given.account }),
    occurredAt: given.occurredAt ?? now,
    receivedAt: now,
    props,
  }
}

const words = ({ keywords }: AlertDefinition) => (keywords ? { keywords: keywords.slice(0, 1) } : {})

function missed(why: 'type' | 'imported' | 'words' | Condition): string {
  if (why === 'type') return '不是这条规则的事件'
  if (why === 'imported') return '是导入的历史数据'
  if (why === 'words') return '没有规则里的词'
  const { field, ...test } = why
  return `${field} 不满足 ${JSON.stringify(test)}`
}
