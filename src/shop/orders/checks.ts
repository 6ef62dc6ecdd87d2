import { messageOf } from '../../core/errors.js'
import { checkFact, type Fact } from '../../events/fact.js'
import type { ItemProblem } from '../item.js'
import type { Order } from './schema.js'

/** Facts take 8 KiB each; nothing is cut off to make one fit. */
export function tooLarge(facts: readonly Fact[]): ItemProblem | undefined {
  try {
    for (const fact of facts) checkFact(fact)
    return undefined
  } catch (error) {
    const fix = 'join lines of the same product, shorten codes, or send fewer fields of your own'
    return { field: 'items', message: `too large for a fact: ${messageOf(error)}`, fix }
  }
}

/** Every moment that an order tells, with its field. */
export function momentsOf(order: Order): [field: string, at: Date][] {
  const { createdAt, paidAt, completedAt, cancelledAt, shipments, refunds } = order
  const found: [string, Date | undefined][] = [
    ['createdAt', createdAt],
    ['paidAt', paidAt],
    ['completedAt', completedAt],
    ['cancelledAt', cancelledAt],
    ...shipments.flatMap(({ shippedAt, outForDeliveryAt, deliveredAt }, index): [string, Date | undefined][] => [
      [`shipments[${index}].shippedAt`, shippedAt],
      [`shipments[${index}].outForDeliveryAt`, outForDeliveryAt],
      [`shipments[${index}].deliveredAt`, deliveredAt],
    ]),
    ...refunds.map(({ at }, index): [string, Date] => [`refunds[${index}].at`, at]),
  ]
  return found.flatMap(([field, at]) => (at ? [[field, at]] : []))
}

/** Openids mean nothing without the account they belong to. */
export const NO_ACCOUNT: ItemProblem = {
  field: 'person.account',
  message: 'is missing: an openid belongs to an account',
  fix: 'name the account, or make the key with --account',
}

/** Told with a revision that came too late. */
export const staleProblem = (rev: number): ItemProblem => ({
  field: 'rev',
  message: `revision ${rev} is there already`,
  fix: 'nothing to do when messages overtook each other; else count rev up with every change',
})
