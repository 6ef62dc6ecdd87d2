import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import type { Audit } from './audit/audit.js'
import type { Actor } from './audit/chain.js'
import type { PasswordHash } from './passwords/hash.js'
import type { Sessions } from './sessions.js'
import type { Throttle } from './throttle.js'

/** Seals what must be known again; the vault of the API keys does. */
export interface Seal {
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
}

/** Who asks for a change, and from where. */
export interface By extends Actor {
  address?: string
}

/** What the parts of this folder share. */
export interface Shared {
  connection: Connection
  clock: Clock
  log: Logger
  seal: Seal
  /** 32 bytes for marks on cookies. */
  key: Buffer
  hash: PasswordHash
  audit: Audit
  sessions: Sessions
  throttle: Throttle
}

/** The fields of an audit entry that tell who. */
export const actorOf = ({ kind, id, name, address }: By): { actor: Actor; address?: string } => ({
  actor: { kind, id, ...(name !== undefined && { name }) },
  ...(address !== undefined && { address }),
})
