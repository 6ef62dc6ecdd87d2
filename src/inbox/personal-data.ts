import { randomUUID } from 'node:crypto'
import type { Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import { contactKey } from '../core/update.js'
import type { Connection } from '../store/connect.js'
import { type InboxRow, inboxModel } from './model.js'
import { rows } from './rows.js'

/** What an export shows of one accepted update. */
export interface ExportedUpdate {
  kind: string
  at: Date
  receivedAt: Date
  /** As the platform wrote it. */
  body: string
  /** What the account answered. */
  answer?: unknown
}

/** The kinds of updates that hold a class of data. */
const HOLDS: Record<string, readonly string[]> = {
  location: ['message.location', 'event.location', 'event.menu.location'],
  place: ['message.location', 'event.menu.location'],
  album: ['message.image', 'message.video', 'event.menu.photo'],
  camera: ['message.image', 'message.video', 'event.menu.photo'],
  microphone: ['message.voice'],
  file: ['message.link'],
}

/**
 * The conversations as personal data. Erasing empties what came in and what was answered and takes the sender's id off
 * the rows; the rows themselves stay for `config.inbox.keep`, as their keys are what tells a resend from something new.
 * An update whose handlers still run keeps its body until they have ended: the store's retention takes it later.
 */
export function inboxPersonalData(connection: Connection): PersonalData {
  inboxModel(connection)
  const of = (identities: readonly Identity[]) => ({
    contact: { $in: identities.filter(({ externalId }) => externalId !== '').map(keyOf) },
  })
  const empty = (extra: Partial<InboxRow> = {}) => ({
    $set: { 'envelope.body': '', ...extra },
    $unset: { answer: '', error: '', failedAt: '' } as const,
  })

  return {
    name: 'messages',
    async export(_contact, identities) {
      const found: ExportedUpdate[] = []
      const cursor = rows(connection).find(of(identities), {
        projection: { kind: 1, at: 1, receivedAt: 1, 'envelope.body': 1, answer: 1 },
      })
      for await (const { kind, at, receivedAt, envelope, answer } of cursor) {
        found.push({ kind, at, receivedAt, body: envelope.body, ...(answer ? { answer } : {}) })
      }
      return found.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())
    },
    async erase(_contact, identities) {
      const ended = { ...of(identities), state: { $ne: 'received' as const } }
      await rows(connection).updateMany(ended, empty({ contact: `erased:${randomUUID()}`, state: 'done' }))
    },
    async drop(_contact, identities, classes) {
      const kinds = [...new Set(classes.flatMap((name) => HOLDS[name] ?? []))]
      if (kinds.length === 0) return
      await rows(connection).updateMany(
        { ...of(identities), kind: { $in: kinds }, state: { $ne: 'received' as const } },
        empty(),
      )
    },
  }
}

const keyOf = ({ account, externalId }: Identity) => contactKey({ account, from: externalId })
