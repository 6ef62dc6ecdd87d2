import { AppError } from '../../core/errors.js'
import type { Message } from '../../core/message.js'
import type { Purpose } from '../../core/outcome.js'
import type { Channel } from '../channel.js'
import type { NewChunk, Recipient } from './chunk.js'

/** What the people of a chunk share, and who they are. Never changed, except that an erased person's id is blanked. */
export interface AudienceRow {
  /** The chunk's key. */
  _id: string
  source: string
  purpose: Purpose
  channels: readonly Channel[]
  variants: readonly Message[]
  ratePerSecond?: number
  repeatUncertain?: boolean
  /** 12 bytes each, ascending. */
  contacts: Uint8Array
  /** The platform ids, one a line, in the same order. */
  to: string
  /** One byte each; absent when all have the first variant. */
  choice?: Uint8Array
  createdAt: Date
}

/** An audience in memory. */
export interface Audience {
  readonly size: number
  contact(index: number): string
  to(index: number): string
  variant(index: number): number
  /** Where a contact is; -1 when it is not in it. */
  find(contact: string): number
}

/** A chunk's people at most: one byte of state each, and one page of an audience. */
export const MOST_RECIPIENTS = 1000
const CONTACT = /^[0-9a-f]{24}$/

/** The people of a chunk in the order in which they are stored. Throws AppError `bulk.chunk` when they cannot be. */
export function orderedRecipients(chunk: NewChunk): Recipient[] {
  const { key, recipients, variants } = chunk
  const wrong = (what: string) => new AppError('bulk.chunk', `chunk ${key}: ${what}`)
  if (recipients.length < 1 || recipients.length > MOST_RECIPIENTS) {
    throw wrong(`has ${recipients.length} recipients, 1 to ${MOST_RECIPIENTS} are possible`)
  }
  const ordered = [...recipients].sort((a, b) => (a.contact < b.contact ? -1 : 1))
  let before = ''
  for (const { contact, to, variant } of ordered) {
    if (!CONTACT.test(contact)) throw wrong(`'${contact}' is no contact's id`)
    if (contact === before) throw wrong(`contact ${contact} is in it twice`)
    if (to.includes('\n')) throw wrong(`contact ${contact} has a line break in the platform's id`)
    if (variants[variant] === undefined || variant > 255) throw wrong(`there is no variant ${variant}`)
    before = contact
  }
  return ordered
}

/** The three columns of an audience row. */
export function packPeople(recipients: readonly Recipient[]): Pick<AudienceRow, 'contacts' | 'to' | 'choice'> {
  const contacts = Buffer.from(recipients.map(({ contact }) => contact).join(''), 'hex')
  const to = recipients.map((recipient) => recipient.to).join('\n')
  const plain = recipients.every(({ variant }) => variant === 0)
  return { contacts, to, ...(plain ? {} : { choice: Buffer.from(recipients.map(({ variant }) => variant)) }) }
}

/** Reads the columns of an audience row. */
export function unpackPeople(row: Pick<AudienceRow, 'contacts' | 'to' | 'choice'>): Audience {
  const contacts = bytesOf(row.contacts)
  const choice = row.choice && bytesOf(row.choice)
  const to = row.to.split('\n')
  const contact = (index: number) => contacts.toString('hex', index * 12, index * 12 + 12)
  return {
    size: to.length,
    contact,
    to: (index) => to[index] ?? '',
    variant: (index) => choice?.[index] ?? 0,
    find(wanted) {
      let low = 0
      let high = to.length - 1
      while (low <= high) {
        const middle = (low + high) >> 1
        const found = contact(middle)
        if (found === wanted) return middle
        if (found < wanted) low = middle + 1
        else high = middle - 1
      }
      return -1
    },
  }
}

/** The bytes of a stored binary, as the driver hands it over with and without `promoteBuffers`; a copy of their own. */
export function bytesOf(value: Uint8Array | { value(): Uint8Array }): Buffer {
  return Buffer.from(value instanceof Uint8Array ? value : value.value())
}
