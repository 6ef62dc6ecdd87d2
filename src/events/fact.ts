import { AppError } from '../core/errors.js'

/** Something that happened. Facts are never changed; a correction is a new fact. */
export interface Fact {
  /** Who says so: `bot`, `contacts`, `outbox`, a shop ... lower-case letters, digits and `-`. */
  source: string
  /** The source's own id of it; the same source and id is the same fact. */
  id: string
  /** Words joined by dots: `follow.started`, `coupon.claimed`. */
  type: string
  /** Our id of the contact; absent for facts about nobody. */
  contact?: string
  account?: string
  occurredAt: Date
  /** At most 8 KiB as JSON. */
  props?: Record<string, unknown>
}

/** A fact as it was stored. */
export interface StoredFact extends Fact {
  receivedAt: Date
  props: Record<string, unknown>
}

const MAX_PROPS_BYTES = 8192

/** Throws AppError when a fact cannot be stored: a bad source or type, an id that is empty or too long, too large. */
export function checkFact(fact: Fact): void {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(fact.source)) refuse(fact, 'source', 'lower-case letters, digits and -')
  if (!/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/.test(fact.type) || fact.type.length > 64) {
    refuse(fact, 'type', 'words joined by dots such as coupon.claimed, at most 64 characters')
  }
  if (fact.id === '' || fact.id.length > 400) refuse(fact, 'id', '1 to 400 characters')
  if (Number.isNaN(fact.occurredAt.getTime())) refuse(fact, 'occurredAt', 'a valid date')
  if (fact.props !== undefined && Buffer.byteLength(JSON.stringify(fact.props)) > MAX_PROPS_BYTES) {
    refuse(fact, 'props', `at most ${MAX_PROPS_BYTES} bytes as JSON; keep large things elsewhere and record their id`)
  }
}

function refuse(fact: Fact, field: string, rule: string): never {
  throw new AppError('event.invalid', `the ${field} of fact '${fact.source}:${fact.type}' is not valid`, {
    fix: `${field} is ${rule}`,
  })
}
