import { messageOf } from '../../core/errors.js'
import { checkFact, type Fact } from '../../events/fact.js'
import { checkItem, type ItemProblem } from '../item.js'
import { sourceOf } from '../orders/facts.js'
import { orderFactId } from '../types/order.js'
import type { EventType } from '../types/type.js'

/** An event whose envelope was checked. */
export interface Told {
  shop: string
  eventId: string
  at: Date
  props: Record<string, unknown>
  /** Whether it names a person. */
  named: boolean
}

/** The fact of an event of a known type, without its person; what does not fit the type otherwise. */
export function factOf(type: EventType, told: Told): { fact: Fact } | { problems: ItemProblem[] } {
  if (type.person === 'required' && !told.named) {
    const fix = 'give user, openid, miniOpenid, unionid or phone'
    return { problems: [{ field: 'person', message: `is needed by ${type.type}`, fix }] }
  }
  const checked = checkItem(type.props, told.props)
  if ('problems' in checked) {
    const problems = checked.problems.map((one) => ({ ...one, field: below(one.field) }))
    return { problems }
  }
  const id = orderFactId(type.type, checked.value) ?? `event:${told.eventId}`
  const fact = { source: sourceOf(told.shop), id, type: type.type, occurredAt: told.at, props: checked.value }
  try {
    checkFact(fact)
  } catch (error) {
    return { problems: [{ field: 'props', message: messageOf(error), fix: 'keep large things in the shop' }] }
  }
  return { fact }
}

const below = (field: string) => (field === '' ? 'props' : field.startsWith('[') ? `props${field}` : `props.${field}`)
