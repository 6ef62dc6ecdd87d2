import { clash, isOlder } from './merge.js'
import type { Consent, ContactRow, ContactRows, MergeProof } from './model.js'

/** What a merge of two contacts would do. */
export interface MergePreview {
  /** Why it cannot be done; absent when it can. */
  conflict?: 'same' | 'unionids' | 'ids'
  /** A merge of the two was taken back before. */
  apart: boolean
  /** The older one, which keeps its id, and the one that becomes part of it. */
  kept: string
  gone: string
  identities: { platform: string; account: string }[]
  /** New for the kept one. */
  tags: string[]
  /** Fields that the kept one gets, and those where its own value stays. */
  fields: { taken: string[]; kept: string[] }
  /** Consents of the kept one that change: the newer word counts. */
  consents: { purpose: string; before?: Consent; after: Consent }[]
}

/** A merge that was done. */
export interface DoneMerge {
  gone: string
  at: Date
  by: MergeProof
  who?: string
  reason?: string
  identities: { platform: string; account: string }[]
  /** False: it went into somebody who was merged since, or is not finished; take that back first. */
  undoable: boolean
}

/** Says what a merge of two active contacts would join; nothing is changed. */
export function previewMerge(one: ContactRow, other: ContactRow): MergePreview {
  const [kept, gone] = isOlder(one, other) ? [one, other] : [other, one]
  const conflict = conflictOf(kept, gone)
  const own = kept.profile ?? {}
  const brought = Object.keys(gone.profile ?? {})
  return {
    ...(conflict && { conflict }),
    apart: [...(one.apart ?? []), ...(other.apart ?? [])].some((id) => id === one._id || id === other._id),
    kept: kept._id,
    gone: gone._id,
    identities: gone.identities.map(({ platform, account }) => ({ platform, account })),
    tags: gone.tags.filter((tag) => !kept.tags.includes(tag)),
    fields: {
      taken: brought.filter((field) => !Object.hasOwn(own, field)),
      kept: brought.filter((field) => Object.hasOwn(own, field)),
    },
    consents: Object.entries(gone.consents).flatMap(([purpose, after]) => {
      const before = kept.consents[purpose as keyof typeof kept.consents]
      return before && before.at >= after.at ? [] : [{ purpose, after, ...(before && { before }) }]
    }),
  }
}

function conflictOf(kept: ContactRow, gone: ContactRow): MergePreview['conflict'] {
  if (kept._id === gone._id) return 'same'
  if (kept.unionid !== undefined && gone.unionid !== undefined && kept.unionid !== gone.unionid) return 'unionids'
  return clash(kept.identities, gone.identities) === undefined ? undefined : 'ids'
}

/** The merges into a contact, the latest first. */
export async function mergesInto(rows: ContactRows, contact: ContactRow): Promise<DoneMerge[]> {
  const found = await rows
    .find({ _id: { $in: contact.mergedFrom ?? [] }, status: 'merged' }, { projection: { merge: 1 } })
    .toArray()
  return found
    .flatMap(({ _id, merge }) => {
      if (!merge) return []
      const { at, by, who, reason, moved, into, done } = merge
      const identities = moved.map(({ platform, account }) => ({ platform, account }))
      const why = { ...(who !== undefined && { who }), ...(reason !== undefined && { reason }) }
      return [{ gone: _id, at, by, ...why, identities, undoable: done && into === contact._id }]
    })
    .toSorted((a, b) => +b.at - +a.at)
}
