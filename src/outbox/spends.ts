import type { Spend } from '../contacts/windows.js'
import type { MessageKind } from '../core/message.js'
import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import type { DeliveryRow } from './delivery.js'
import { deliveries } from './queue.js'

/** The kinds that leave as customer-service messages and take one from a window. */
const CUSTOMER_MESSAGES: ReadonlySet<string> = new Set<MessageKind>([
  'text',
  'image',
  'voice',
  'video',
  'music',
  'link',
  'article',
  'card',
  'mini-program',
  'choices',
])

/** True for messages that need an open customer-service window; notices have rules of their own. */
export function needsWindow(kind: string): boolean {
  return CUSTOMER_MESSAGES.has(kind)
}

type Ended = Pick<DeliveryRow, 'contact' | 'state' | 'reason' | 'attempts' | 'endedAt' | 'channel'> & {
  message: { kind: string }
}

/** What was taken from a person's windows: contact (as of `contactKey`) and since when. */
export type ReadSpends = (contact: string, since: Date) => Promise<readonly Spend[]>

/**
 * What was taken from people's windows by deliveries of the outbox and, where `campaigns` tells, by campaigns. A message
 * whose end is uncertain counts as sent. Questions that are asked together share one read.
 */
export function createSpends(deps: { connection: Connection; campaigns?: ReadSpends }): ReadSpends {
  const { campaigns } = deps
  const single = createDeliverySpends(deps)
  if (campaigns === undefined) return single
  return async (contact, since) => (await Promise.all([single(contact, since), campaigns(contact, since)])).flat()
}

/** What deliveries of the outbox took alone. */
export function createDeliverySpends({ connection }: { connection: Connection }): ReadSpends {
  const asked = createBatch<{ contact: string; since: Date }, readonly Spend[]>(async (questions) => {
    const since = new Date(Math.min(...questions.map((one) => one.since.getTime())))
    const contacts = [...new Set(questions.map(({ contact }) => contact))]
    const ended = deliveries(connection).find<Ended>(
      {
        contact: { $in: contacts },
        state: { $in: ['sent', 'uncertain', 'skipped'] },
        endedAt: { $gte: since },
      },
      { projection: { contact: 1, state: 1, reason: 1, attempts: 1, endedAt: 1, channel: 1, 'message.kind': 1 } },
    )
    const found = new Map<string, Spend[]>()
    for await (const row of ended) {
      const spend = spendOf(row)
      if (spend) found.set(row.contact, [...(found.get(row.contact) ?? []), spend])
    }
    return questions.map(({ contact, since: from }) => (found.get(contact) ?? []).filter(({ at }) => at >= from))
  }, 1000)
  return (contact, since) => asked({ contact, since })
}

const WINDOWED: ReadonlySet<string> = new Set(['customer-message', 'kf-message'])

/** A skip without an attempt was our own guard's; after one, the platform refused the message itself. */
function spendOf({ state, reason, attempts, endedAt, channel, message }: Ended): Spend | undefined {
  const took = channel === undefined ? needsWindow(message.kind) : WINDOWED.has(channel)
  if (endedAt === undefined || !took) return undefined
  if (state !== 'skipped') return { at: endedAt }
  const refused = attempts > 0 && (reason === 'window-used-up' || reason === 'window-closed')
  return refused ? { at: endedAt, refused } : undefined
}
