import { createHash } from 'node:crypto'
import { limits } from '../../../rules/official-account/limits.js'
import type { Clock } from '../../core/clock.js'
import type { ResolvedMessage } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import type { Mass, MassMessage } from './client/mass.js'
import { outcomeOf } from './outcome.js'

/** One mass send (群发) to 2 to 10,000 openids; the same key within 24 h sends nothing again (45065 counts as sent). */
export type MassSend = (message: ResolvedMessage, to: readonly string[], key: string) => Promise<Outcome>

/** Mass sends through the client's group. Never rejects: every end is an outcome. */
export function createMassSend({ mass, clock }: { mass: Pick<Mass, 'toOpenids'>; clock: Clock }): MassSend {
  return async (message, to, key) => {
    const content = contentOf(message)
    if (content === undefined) {
      return { state: 'failed', reason: `a mass send takes articles and texts, not a message of kind ${message.kind}` }
    }
    try {
      const { msgId } = await mass.toOpenids(to, content, { clientMsgId: massKeyOf(key) })
      return { state: 'sent', receipt: msgId }
    } catch (error) {
      return outcomeOf(error, clock.now())
    }
  }
}

/** The platform's deduplication key of a send: the send's own where it is short enough, else one of its hash. */
export function massKeyOf(key: string): string {
  if (Buffer.byteLength(key) <= limits.massClientMsgId.value) return key
  return createHash('sha256').update(key).digest('hex').slice(0, 48)
}

function contentOf(message: ResolvedMessage): MassMessage | undefined {
  if (message.kind === 'mass-draft') return { type: 'article', mediaId: message.mediaId }
  return message.kind === 'text' ? { type: 'text', content: message.text } : undefined
}
