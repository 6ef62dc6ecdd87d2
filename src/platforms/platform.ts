import type { Logger } from '../core/log.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Outcome } from '../core/outcome.js'
import type { PlatformName, Update, UpdateKind } from '../core/update.js'

/** A webhook request as it came off the socket; the body is the raw bytes (at most 256 KiB). */
export interface WebhookRequest {
  method: 'GET' | 'POST'
  /** The query string without `?`, still percent-encoded. */
  query: string
  body: Buffer
  now: Date
}

/** What the door found. A refusal's reason is for the log only: every refusal answers alike. */
export type Received =
  | { type: 'echo'; text: string }
  | { type: 'refused'; reason: string }
  | { type: 'update'; update: Update; envelope: Envelope }

/** What is needed to answer a push and to read it again later; stored with the inbox row. */
export interface Envelope {
  /** The clear text as the platform wrote it (after decryption). */
  body: string
  /** `safe`: the reply must be encrypted. */
  mode: 'plain' | 'compatible' | 'safe'
  format: 'xml' | 'json'
}

/** How a message can leave as the answer to a push. */
export type ReplyFit =
  /** It rides the HTTP response. */
  | { fit: 'passive'; message: ResolvedMessage; rest: ResolvedMessage[] }
  /** This push takes no such answer: everything goes through the outbox. */
  | { fit: 'later'; messages: ResolvedMessage[] }

/** Where a delivery is going and how it may be told apart. */
export interface DeliveryTarget {
  /** The follower's id on the platform. */
  to: string
  /** The outbox key; channels with a deduplication key derive theirs from it. */
  key: string
  signal?: AbortSignal
}

/**
 * One account on one platform. A new platform is one folder that makes these, one schema line, one line in app.ts
 * and one call of `test/contracts/platform.suite.ts`.
 */
export interface Platform {
  readonly platform: PlatformName
  readonly account: string
  /** By which channel of the outbox what is said in a conversation leaves; standard customer-service messages. */
  readonly conversation?: 'customer-message' | 'kf-message'
  /** Verifies, decrypts and decodes; synchronous, pure but for its replay memory. Never throws. */
  receive(request: WebhookRequest): Received
  /** Reads a stored or recorded clear-text body again (replay, recovery). Throws AppError when it cannot be read. */
  decode(body: string): Update
  /**
   * Sorts a reply into what rides the response and what follows by the outbox. Text is split, never cut. A whole update
   * is sorted more exactly than its kind alone (a menu scan that waits takes a reply, one that does not takes none).
   */
  fit(push: UpdateKind | Update, message: ResolvedMessage): ReplyFit
  /** The response body that carries `message` (encrypted when the push was); `undefined` acknowledges without a reply. */
  answer(update: Update, envelope: Envelope, message: ResolvedMessage | undefined, now: Date): string
  /** Sends one message by API. Never throws: every end is an Outcome. */
  deliver(message: ResolvedMessage, target: DeliveryTarget): Promise<Outcome>
  /** Does what may be done ahead of the first send (token); errors are logged, not thrown. */
  warm(log: Logger): Promise<void>
  close(): Promise<void>
}
