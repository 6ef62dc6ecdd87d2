import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message } from '../core/message.js'
import type { Events } from '../events/events.js'
import type { BulkProgress, NewChunk, RecipientEnd, RecipientState } from '../outbox/bulk/chunk.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { Reach } from '../outbox/reach/reach.js'
import type { AudienceQuery, AudienceRow } from '../segments/segment.js'
import type { Connection } from '../store/connect.js'
import type { CampaignConfig } from './plan.js'

/** What is wrong with a definition where: for authors, in Chinese. */
export interface Fault {
  field: string
  message: string
  fix?: string
}

/** The audiences that campaigns go to. A rule is opaque here: it is stored as it is and handed back. */
export interface Audiences {
  /** The rule behind a segment's name or an inline rule, checked. */
  rule(audience: string | Record<string, unknown>): Promise<{ rule: unknown } | { faults: Fault[] }>
  /** Pages in the order of ids; as of a moment, people first seen later are not in it. */
  pages(rule: unknown, query: AudienceQuery): AsyncIterable<AudienceRow[]>
  count(rule: unknown, asOf: Date): Promise<number>
  /** Whether one contact is in it. */
  match(rule: unknown, contact: string, asOf: Date): Promise<boolean>
}

/** The bulk sender, as far as campaigns use it. */
export interface CampaignBulk {
  /** Idempotent by the chunks' keys. */
  put(chunks: readonly NewChunk[]): Promise<unknown>
  pause(source: string): Promise<unknown>
  resume(source: string): Promise<unknown>
  cancel(source: string): Promise<unknown>
  progress(source: string): Promise<BulkProgress>
  of(source: string, contact: string): Promise<RecipientEnd | undefined>
  ends(
    source: string,
    states: readonly RecipientState[],
    page?: { after?: string; limit?: number },
  ): Promise<{ ends: RecipientEnd[]; next?: string }>
  resend(source: string, which: readonly string[] | 'failed' | 'uncertain'): Promise<number>
  treatAsSent(source: string, which: readonly string[] | 'uncertain'): Promise<number>
}

/** What campaigns are connected to. */
export interface CampaignPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append' | 'read'>
  config: CampaignConfig
  /** The zone of schedules that name none. */
  timeZone: string
  /** The configured accounts; a definition without an account takes the only one. */
  accounts: readonly string[]
  audiences: Audiences
  reach: Pick<Reach, 'load' | 'quota' | 'policy'>
  bulk: CampaignBulk
  /** The outbox, for messages on trial. */
  put(delivery: NewDelivery): Promise<unknown>
  /** What a message names and the content folder does not have; undefined when everything is there. */
  missing(message: Message): string | undefined
  /** The person's id on an account, for messages on trial. */
  personOn(contact: string, account: string): Promise<string | undefined>
  /** For tests: called at the named points of an expansion; rejecting there is a crash. */
  at?(point: ExpansionPoint): Promise<void> | undefined
}

/** Where an expansion can be cut short. */
export type ExpansionPoint = 'frozen' | 'intended' | 'recalled' | 'stored' | 'expanded'
