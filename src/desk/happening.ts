import type { ClosedBy, ConversationRow, Effect, Offer, ReleasedWhy, TakenHow, TicketRow } from './model.js'
import type { Texts, Times } from './settings.js'

/** Something that happens to a conversation. */
export type Happening =
  /** The person wrote. */
  | { type: 'spoke' }
  /** The person, or a rule, asks for staff. */
  | {
      type: 'asked'
      skill?: string | undefined
      reason?: string | undefined
      wanted?: string | undefined
      ticket?: true
    }
  | { type: 'offered'; offer: Offer }
  | { type: 'taken'; staff: string; name: string; number: number; slot: number; how: TakenHow }
  | { type: 'answered'; staff: string }
  | { type: 'transferred'; from: string; to: string; name: string; number: number; slot: number }
  /** Staff have it no more, it goes back to the front of the queue. */
  | { type: 'lost'; why: ReleasedWhy & ('reassigned' | 'left' | 'transferred'); skill?: string | undefined }
  /** Whoever should act is late. */
  | { type: 'late'; alert: string[]; place?: number }
  | { type: 'to-bot'; by: 'follower' | 'staff' | 'api' }
  /** Nobody is on duty: a ticket is left. */
  | { type: 'ticketed'; ticket: TicketRow; asksUntil: Date }
  | { type: 'noted' }
  | { type: 'closed'; by: ClosedBy }
  /** Staff had the person in the platform's own client, and ended it there. */
  | { type: 'ended-elsewhere'; staff?: string | undefined }

/** Why something cannot happen. */
export type Refusal = 'closed' | 'already' | 'taken' | 'yours' | 'not-yours' | 'not-queued' | 'same-staff'

/** What becomes of it. */
export type Step = { next: ConversationRow; effects: Effect[] } | { refused: Refusal }

/** What the steps go by. */
export interface Rules {
  times: Times
  texts: Texts
}

/** How long a person who waits is left alone before the queue is looked at again, in ms. */
export const QUEUE_LOOK_MS = 15_000
