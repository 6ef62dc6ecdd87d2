import { randomUUID } from 'node:crypto'
import { contactKeysOf } from '../contacts/identity.js'
import type { Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import type { Connection } from '../store/connect.js'
import { type InboxRow, inboxModel } from './model.js'
import { rows } from './rows.js'
import { forgetAnswers, withStates } from './stored-rows.js'

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
    contact: { $in: identities.filter(({ externalId }) => externalId !== '').flatMap(contactKeysOf) },
  })
  const empty = (extra: Partial<InboxRow> = {}) => ({
    $set: { 'envelope.body': '', ...extra },
    $unset: { answer: '', error: '', failedAt: '' } as const,
  })

  /**
   * Empties the rows of a filter that have ended. Those that only their batch speaks for say themselves first that they
   * are done, then their answers are taken out of the batch.
   */
  async function emptyEnded(filter: Filter, extra: Partial<InboxRow> = {}): Promise<void> {
    await rows(connection).updateMany({ ...filter, state: { $exists: true, $ne: 'received' } }, empty(extra))
    const silent = await rows(connection)
      .find({ ...filter, state: { $exists: false } }, { projection: { batch: 1 } })
      .toArray()
    const ended = (await withStates(connection, silent)).filter(({ state }) => state === 'done')
    for (const batch of new Set(ended.map(({ inBatch = '' }) => inBatch))) {
      const ids = ended.filter(({ inBatch }) => inBatch === batch).map(({ _id }) => _id)
      const said = { state: 'done', fence: 1, attempts: 1, ...extra } as const
      await rows(connection).updateMany({ _id: { $in: ids }, batch }, empty(said))
      await forgetAnswers(connection, batch, ids)
    }
  }

  return {
    name: 'messages',
    async export(_contact, identities) {
      const found: ExportedUpdate[] = []
      const stored = await rows(connection).find(of(identities), { projection: EXPORTED }).toArray()
      for (const { kind, at, receivedAt, envelope, answer } of await withStates(connection, stored)) {
        found.push({ kind, at, receivedAt, body: envelope.body, ...(answer ? { answer } : {}) })
      }
      return found.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())
    },
    async erase(_contact, identities) {
      await emptyEnded(of(identities), { contact: `erased:${randomUUID()}`, state: 'done' })
    },
    async drop(_contact, identities, classes) {
      const kinds = [...new Set(classes.flatMap((name) => HOLDS[name] ?? []))]
      if (kinds.length > 0) await emptyEnded({ ...of(identities), kind: { $in: kinds } })
    },
  }
}

type Filter = { contact: { $in: string[] }; kind?: { $in: string[] } }

const EXPORTED = { kind: 1, at: 1, receivedAt: 1, 'envelope.body': 1, answer: 1, state: 1, batch: 1 }
