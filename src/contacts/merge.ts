import type { Logger } from '../core/log.js'
import type { Events } from '../events/events.js'
import { isDuplicate } from '../store/duplicate.js'
import type { Directory } from './directory.js'
import type { ContactRow, ContactRows, Identity, MergeProof } from './model.js'
import { createUnmerge } from './unmerge.js'

/** What joining an identity to a person over all accounts led to. */
export type Joined =
  /** Noted; nobody else had it. */
  | { outcome: 'noted' }
  /** Known already. */
  | { outcome: 'known' }
  | { outcome: 'merged'; contact: string; gone: string }
  /** The contact is somebody else's already: told, never merged. */
  | { outcome: 'conflict'; detail: string }

/** Makes one contact of those that are provably the same person. */
export interface Merging {
  /** Says whose a contact is. Safe to repeat, and from several processes at once. */
  join(contact: string, unionid: string, at: Date): Promise<Joined>
  /**
   * Makes one of two contacts that a shop's log-in or a verified telephone number proves to be one person. Contacts
   * with different unionids, or with different ids on the same account or in the same shop, are told and never merged.
   */
  unite(contact: string, other: string, by: Exclude<MergeProof, 'unionid'>, at: Date, hand?: ByHand): Promise<Joined>
  /** Finishes merges that a crash cut short; gives how many. */
  finish(): Promise<number>
  /**
   * Takes a merge back: the merged contact gets its identities and its own tags, profile and consents again, and what it
   * brought leaves the other, unless it was changed there since. What was learnt since stays with the other. Gives false
   * when it is not merged, or into somebody who was merged since. The two are not merged again by themselves.
   */
  undo(gone: string, at: Date, hand?: Omit<ByHand, 'again'>): Promise<boolean>
}

/** A merge that somebody of staff decided. */
export interface ByHand {
  who: string
  reason: string
  /** Also when a merge of the two was taken back before. */
  again?: boolean
}

export interface MergingPorts {
  rows: () => ContactRows
  directory: Directory
  events: Pick<Events, 'append'>
  log: Logger
  /** Told of a merge before it counts as done; perhaps twice. Rejecting leaves the merge to be finished later. */
  merged?: ((gone: string, into: string) => Promise<void>) | undefined
  /** Told when a merge is taken back, with what the merged one had; perhaps twice. */
  unmerged?: ((gone: string, from: string, identities: readonly Identity[]) => Promise<void>) | undefined
}

const TRIES = 8

/**
 * Merging is made of single-document steps that can each be repeated: the unique index on `unionid` decides who holds
 * it, one update turns the other contact into a merged one that still keeps its identities in `merge.moved`, a second
 * one adds them to the holder. Cut short in between it is finished by `finish`; a message that arrives in those
 * milliseconds makes a third contact, which is then merged in as well.
 */
export function createMerging(ports: MergingPorts): Merging {
  const { rows, directory, events, log } = ports

  async function join(contact: string, unionid: string, at: Date): Promise<Joined> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const row = await rows().findOne({ _id: contact })
      if (row?.merge) return join(row.merge.into, unionid, at)
      if (row?.status !== 'active' || row.unionid === unionid) return { outcome: 'known' }
      if (row.unionid !== undefined) return { outcome: 'conflict', detail: 'the contact has another unionid' }
      const holder = await hold(contact, unionid)
      if (holder === 'ours') return { outcome: 'noted' }
      if (holder === undefined) continue
      const merged = await merge(holder, row, at, 'unionid')
      if (merged) return merged
    }
    return BUSY
  }

  async function unite(
    contact: string,
    other: string,
    by: Exclude<MergeProof, 'unionid'>,
    at: Date,
    hand?: ByHand,
  ): Promise<Joined> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const [one, two] = await Promise.all([standing(contact), standing(other)])
      if (!one || !two || one._id === two._id) return { outcome: 'known' }
      if (one.unionid !== undefined && two.unionid !== undefined && one.unionid !== two.unionid) {
        return { outcome: 'conflict', detail: 'the two have different unionids' }
      }
      const detail = clash(one.identities, two.identities)
      if (detail !== undefined) return { outcome: 'conflict', detail }
      const merged = await merge(one, two, at, by, hand)
      if (merged) return merged
    }
    return BUSY
  }

  /** The active contact that an id means now. */
  async function standing(contact: string): Promise<ContactRow | undefined> {
    const row = await rows().findOne({ _id: contact })
    if (row?.merge) return standing(row.merge.into)
    return row?.status === 'active' ? row : undefined
  }

  /** Claims the unionid; gives who has it when somebody else does, undefined when it must be looked at again. */
  async function hold(contact: string, unionid: string): Promise<ContactRow | 'ours' | undefined> {
    try {
      const free = { _id: contact, status: 'active' as const, unionid: { $exists: false } }
      const { matchedCount } = await rows().updateOne(free, { $set: { unionid } })
      return matchedCount === 1 ? 'ours' : undefined
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return (await rows().findOne({ unionid })) ?? undefined
    }
  }

  /** The older contact keeps its id; the unionid stays with whoever has it and moves along when that one goes. */
  async function merge(
    holder: ContactRow,
    other: ContactRow,
    at: Date,
    by: MergeProof,
    hand?: ByHand,
  ): Promise<Joined | undefined> {
    const apart = hand?.again ? [] : [...(holder.apart ?? []), ...(other.apart ?? [])]
    if (apart.includes(holder._id) || apart.includes(other._id)) {
      return { outcome: 'conflict', detail: 'a merge of the two was taken back' }
    }
    const [kept, gone] = isOlder(holder, other) ? [holder, other] : [other, holder]
    const { tags, profile, consents, firstSeenAt } = kept
    const before = { tags, profile, consents, firstSeenAt }
    const taken = await rows().findOneAndUpdate(
      { _id: gone._id, status: 'active', unionid: gone.unionid ?? { $exists: false } },
      [
        {
          $set: {
            status: 'merged',
            merge: {
              into: kept._id,
              at,
              by,
              ...(hand && { who: { $literal: hand.who }, reason: { $literal: hand.reason } }),
              moved: '$identities',
              before: { $literal: before },
              unionid: { $ifNull: ['$unionid', '$$REMOVE'] },
              done: false,
            },
            identities: { $literal: [placeholder(gone)] },
          },
        },
        { $unset: 'unionid' },
      ],
      { returnDocument: 'after' },
    )
    if (taken === null) return undefined
    directory.forget((taken.merge?.moved ?? []).map(({ key }) => key))
    await arrive(taken)
    return { outcome: 'merged', contact: kept._id, gone: gone._id }
  }

  /** Brings what a merged contact had to the one it belongs to now. */
  async function arrive(gone: ContactRow): Promise<void> {
    const { merge } = gone
    if (!merge) return
    for (const identity of merge.moved) await bring(merge.into, identity, merge.at)
    const kept = await rows().findOne({ _id: merge.into })
    if (kept?.merge) {
      await rows().updateOne({ _id: gone._id }, { $set: { 'merge.into': kept.merge.into } })
      return arrive({ ...gone, merge: { ...merge, into: kept.merge.into } })
    }
    await rows().updateOne(
      { _id: merge.into, status: 'active' },
      {
        $set: { shopStale: true },
        $addToSet: { tags: { $each: gone.tags }, mergedFrom: { $each: [gone._id, ...(gone.mergedFrom ?? [])] } },
        $min: { firstSeenAt: gone.firstSeenAt },
        $max: { lastSeenAt: gone.lastSeenAt },
      },
    )
    if (merge.unionid !== undefined) await hold(merge.into, merge.unionid)
    for (const [field, value] of Object.entries(gone.profile)) {
      const path = `profile.${field}`
      await rows().updateOne({ _id: merge.into, [path]: { $exists: false } }, { $set: { [path]: value } })
    }
    for (const [purpose, consent] of Object.entries(gone.consents)) {
      const path = `consents.${purpose}`
      const newer = { _id: merge.into, [`${path}.at`]: { $not: { $gte: consent.at } } }
      await rows().updateOne(newer, { $set: { [path]: consent } })
    }
    const { by, who, reason } = merge
    const why = { ...(who !== undefined && { who }), ...(reason !== undefined && { reason }) }
    const props = { gone: gone._id, by, identities: merge.moved.length, ...why }
    const id = `merged:${gone._id}:${merge.at.getTime()}`
    await ports.merged?.(gone._id, merge.into)
    await events.append([
      { source: 'contacts', id, type: 'contact.merged', contact: merge.into, occurredAt: merge.at, props },
    ])
    await rows().updateOne({ _id: gone._id, 'merge.at': merge.at }, { $set: { 'merge.done': true } })
    log.info({ contact: merge.into, gone: gone._id, identities: merge.moved.length }, 'contacts merged')
  }

  /** Gives an identity to a contact; one that somebody made of it meanwhile comes along. */
  async function bring(contact: string, identity: Identity, at: Date): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      try {
        await rows().updateOne(
          { _id: contact, 'identities.key': { $ne: identity.key } },
          { $push: { identities: identity } },
        )
        return
      } catch (error) {
        if (!isDuplicate(error)) throw error
        const third = await rows().findOne({ 'identities.key': identity.key })
        const kept = third && (await rows().findOne({ _id: contact }))
        if (third && kept && third._id !== contact) {
          await merge({ ...kept, firstSeenAt: new Date(0) }, third, at, 'unionid')
        }
      }
    }
  }

  return {
    join,
    unite,
    async finish() {
      const open = await rows().find({ 'merge.done': false }).limit(500).toArray()
      for (const row of open) await arrive(row)
      return open.length
    },
    undo: createUnmerge({ ...ports, claim: async (contact, unionid) => void (await hold(contact, unionid)) }),
  }
}

const BUSY: Joined = { outcome: 'conflict', detail: 'the contacts change too quickly; the next sync tries again' }

/** Why two sets of identities cannot be one person's; a person may have several telephone numbers. */
export function clash(
  some: readonly Pick<Identity, 'key' | 'platform' | 'account'>[],
  others: readonly Pick<Identity, 'key' | 'platform' | 'account'>[],
): string | undefined {
  for (const one of some) {
    if (one.platform === 'phone' || one.platform === 'unionid') continue
    const other = others.find(({ platform, account }) => platform === one.platform && account === one.account)
    if (other && other.key !== one.key) return `the two have different ids in ${one.platform} ${one.account}`
  }
  return undefined
}

/** Whether the first of two keeps its id when they are merged. */
export function isOlder(a: ContactRow, b: ContactRow): boolean {
  const order = a.firstSeenAt.getTime() - b.firstSeenAt.getTime()
  return order < 0 || (order === 0 && a._id < b._id)
}

/** Stands where the identities were: the unique index takes no two contacts without one. */
function placeholder(row: ContactRow): Identity {
  const { platform, account, boundAt, follow } = row.identities[0] ?? NOBODY
  return {
    key: `merged:${row._id}`,
    platform,
    account,
    externalId: '',
    boundAt,
    follow: { ...follow, following: false },
  }
}

const NOBODY: Pick<Identity, 'platform' | 'account' | 'boundAt' | 'follow'> = {
  platform: 'official-account',
  account: '',
  boundAt: new Date(0),
  follow: { following: false, at: new Date(0) },
}
