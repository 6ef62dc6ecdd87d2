/** How one attempt to deliver a message ended. Expected ends are values, never exceptions. */
export type Outcome =
  /** The platform took it; `receipt` is its message id where it gives one. */
  | { state: 'sent'; receipt?: string }
  /** Not attempted, or refused by a rule: counted, not an error. */
  | { state: 'skipped'; reason: SkipReason; detail?: string; code?: number }
  /**
   * Surely not delivered; worth another attempt, not before `afterMs`. `park`: the platform refuses everything of this
   * kind from the account until then, so that nothing else of it need be tried. `slow`: it asks for fewer calls a minute.
   */
  | { state: 'retry'; reason: string; afterMs?: number; code?: number; park?: true; slow?: true }
  /** Surely not delivered and will not be. `slow` as above: it says nothing about the person. */
  | { state: 'failed'; reason: string; code?: number; detail?: string; slow?: true }
  /** May have been delivered: never repeated blindly on a channel without a deduplication key. */
  | { state: 'uncertain'; reason: string; code?: number }

/** Why a message was not sent to this person. */
export type SkipReason =
  | 'not-following'
  | 'opted-out'
  | 'window-closed'
  | 'window-used-up'
  | 'blocked'
  | 'refused'
  | 'identity-unknown'
  | 'no-permission'
  | 'expired'
  | 'quota'
  | 'no-identity'
  | 'never-asked'
  | 'purpose'
  | 'no-template'
  | 'no-credit'
  | 'mass-used-up'
  | 'cap-day'
  | 'cap-week'
  | 'cap-month'
  | 'cap-campaign'
  | 'quiet-hours'
  | 'hold-out'
  | 'came-back'
  | 'erased'
  | 'covered'
  | 'with-staff'

/** The state of a delivery (an outbox row). */
export type DeliveryState =
  | 'queued'
  | 'claimed'
  | 'sending'
  | 'sent'
  | 'skipped'
  | 'retry'
  | 'failed'
  | 'uncertain'
  | 'cancelled'
  | 'expired'

/** What a message is for; guards and channels depend on it. */
export type Purpose = 'reply' | 'service' | 'marketing' | 'care'
