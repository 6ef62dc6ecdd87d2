import { AppError } from '../../core/errors.js'
import type { Update } from '../../core/update.js'
import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { identityKey, type Person, personOf } from '../identity.js'
import type { PersonalData } from '../privacy.js'
import { type CreditEntry, creditModel, creditRows } from './model.js'

/** The acceptances of subscription templates (订阅消息): each allows one message. */
export interface Credits extends PersonalData {
  /** How many messages of a template may still be sent to the person. */
  of(person: Person, template: string): Promise<number>
  /** Takes in what an update says about subscriptions; undefined when it says nothing. The same update counts once. */
  apply(update: Update): Promise<void> | undefined
  /** A message of the template left, or may have left; `key` is the delivery's. */
  spend(person: Person, template: string, key: string, at: Date): Promise<void>
  /** The platform says that nothing is left (43101). */
  exhaust(person: Person, template: string, key: string, at: Date): Promise<void>
}

/** Entries kept a ledger; older ones are summed up. */
const KEPT = 60
const TRIES = 20

/** The ledgers on a connection; make them before `ensureIndexes`. */
export function createCredits(deps: { connection: Connection }): Credits {
  const { connection } = deps
  creditModel(connection)
  const rows = () => creditRows(connection)

  async function enter(person: Person, template: string, entry: CreditEntry): Promise<void> {
    const key = identityKey(person)
    const _id = `${key}#${template}`
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const row = await rows().findOne({ _id })
      const next = withEntry(row?.entries ?? [], entry)
      if (next === undefined) return
      const version = (row?.version ?? 0) + 1
      const written = { key, template, entries: next, credits: creditsOf(next), version }
      try {
        if (row === null) await rows().insertOne({ _id, ...written })
        else if ((await rows().updateOne({ _id, version: row.version }, { $set: written })).matchedCount === 0) continue
        return
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
    }
    throw new AppError('credits.busy', 'a ledger of acceptances could not be written', { fix: 'try again' })
  }

  async function enterAll(person: Person, entries: readonly (CreditEntry & { template: string })[]): Promise<void> {
    for (const { template, ...entry } of entries) await enter(person, template, entry)
  }

  return {
    name: 'subscriptions',
    async of(person, template) {
      const row = await rows().findOne({ _id: `${identityKey(person)}#${template}` }, { projection: { credits: 1 } })
      return row?.credits ?? 0
    },
    apply(update) {
      const entries = entriesOf(update)
      const person = entries.length > 0 ? personOf(update) : undefined
      return person && enterAll(person, entries)
    },
    spend: (person, template, key, at) => enter(person, template, { id: key, at, change: 'spent' }),
    exhaust: (person, template, key, at) => enter(person, template, { id: key, at, change: 'none' }),
    export: async (_contact, identities) =>
      rows()
        .find({ key: { $in: identities.map(({ key }) => key) } })
        .toArray(),
    async erase(_contact, identities) {
      await rows().deleteMany({ key: { $in: identities.map(({ key }) => key) } })
    },
  }
}

/** What is left after these entries, in the order of time: an acceptance adds one, a refusal leaves nothing. */
export function creditsOf(entries: readonly CreditEntry[]): number {
  let credits = 0
  for (const { change, sum = 0 } of entries) {
    if (change === 'accepted') credits += 1
    else if (change === 'spent') credits = Math.max(0, credits - 1)
    else if (change === 'none') credits = 0
    else credits = sum
  }
  return credits
}

/** The entries with one more in its place; undefined when it is there already or older than what was summed up. */
export function withEntry(entries: readonly CreditEntry[], entry: CreditEntry): CreditEntry[] | undefined {
  if (entries.some(({ id }) => id === entry.id)) return undefined
  const summed = entries[0]?.change === 'sum' ? entries[0] : undefined
  if (summed && entry.at < summed.at) return undefined
  const next = [...entries, entry].toSorted(inOrder)
  if (next.length <= KEPT) return next
  const old = next.slice(0, KEPT / 2)
  const last = old.at(-1) ?? entry
  return [{ id: '', at: last.at, change: 'sum', sum: creditsOf(old) }, ...next.slice(KEPT / 2)]
}

/** By time; within a second a refusal comes last, so that it is never overruled by chance. */
function inOrder(a: CreditEntry, b: CreditEntry): number {
  return a.at.getTime() - b.at.getTime() || RANK[a.change] - RANK[b.change] || (a.id < b.id ? -1 : 1)
}

const RANK = { sum: 0, accepted: 1, spent: 2, none: 3 } as const

function entriesOf(update: Update): (CreditEntry & { template: string })[] {
  const { id, at } = update
  switch (update.kind) {
    case 'event.subscription.answered':
    case 'event.subscription.changed':
      return update.items.map(({ templateId, accepted }, index) => ({
        template: templateId,
        id: `${id}:${index}`,
        at,
        change: accepted ? 'accepted' : 'none',
      }))
    case 'event.subscription.sent':
      return update.items
        .filter(({ code }) => code === '43101')
        .map(({ templateId }, index) => ({ template: templateId, id: `${id}:${index}`, at, change: 'none' }))
    default:
      return []
  }
}
