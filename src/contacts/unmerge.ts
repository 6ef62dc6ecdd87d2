import type { ByHand, MergingPorts } from './merge.js'
import type { ContactRow, ContactRows } from './model.js'

interface UnmergePorts extends Pick<MergingPorts, 'rows' | 'directory' | 'events' | 'unmerged'> {
  /** Gives a unionid to a contact when nobody has it. */
  claim(contact: string, unionid: string): Promise<void>
}

/**
 * Taking merges back. What the merged contact brought is taken out of the other again where it is still as it came; the
 * journal for it is the merged row itself. Cut short it is done by doing it again.
 */
export function createUnmerge(ports: UnmergePorts) {
  const { rows, directory, events } = ports

  return async (gone: string, at: Date, hand?: Omit<ByHand, 'again'>): Promise<boolean> => {
    const row = await rows().findOne({ _id: gone, status: 'merged' })
    if (!row?.merge?.done) return false
    const { into, moved, before, by, unionid } = row.merge
    const keys = moved.map(({ key }) => key)
    const brought = row.tags.filter((tag) => !before.tags.includes(tag))
    const kept = await rows().findOneAndUpdate(
      { _id: into, status: 'active' },
      {
        $pull: {
          identities: { key: { $in: keys } },
          tags: { $in: brought },
          mergedFrom: { $in: [gone, ...(row.mergedFrom ?? [])] },
        },
        $addToSet: { apart: gone },
        $set: { shopStale: true },
      },
      { returnDocument: 'before' },
    )
    if (!kept) return false
    await restore(rows(), into, row, before)
    const current = new Map(kept.identities.map((identity) => [identity.key, identity]))
    const identities = moved.map((identity) => current.get(identity.key) ?? identity)
    await ports.unmerged?.(gone, into, identities)
    await rows().updateOne(
      { _id: gone, status: 'merged' },
      {
        $set: { status: 'active', identities, shopStale: true },
        $addToSet: { apart: into },
        $unset: { merge: '' },
      },
    )
    if (by !== 'unionid' && unionid !== undefined) {
      await rows().updateOne({ _id: into, unionid }, { $unset: { unionid: '' } })
      await ports.claim(gone, unionid)
    }
    directory.forget(keys)
    const id = `unmerged:${gone}:${at.getTime()}`
    const props = { back: gone, ...(hand && { who: hand.who, reason: hand.reason }) }
    const fact = { source: 'contacts', id, type: 'contact.unmerged', occurredAt: at }
    await events.append([
      { ...fact, contact: into, props },
      { ...fact, id: `${id}:back`, contact: gone, props: { ...props, from: into } },
    ])
    return true
  }
}

/** Fields, consents and the first day of the other contact as they were, each only where it is still what came along. */
async function restore(
  rows: ContactRows,
  into: string,
  gone: Pick<ContactRow, 'profile' | 'consents' | 'firstSeenAt'>,
  before: Pick<ContactRow, 'profile' | 'consents' | 'firstSeenAt'>,
): Promise<void> {
  for (const [field, value] of Object.entries(gone.profile ?? {})) {
    if (Object.hasOwn(before.profile ?? {}, field)) continue
    await rows.updateOne({ _id: into, [`profile.${field}`]: value }, { $unset: { [`profile.${field}`]: '' } })
  }
  for (const [purpose, consent] of Object.entries(gone.consents ?? {})) {
    const path = `consents.${purpose}`
    const was = before.consents?.[purpose as keyof typeof before.consents]
    const still = { _id: into, [`${path}.at`]: consent.at, [`${path}.source`]: consent.source }
    await rows.updateOne(still, was ? { $set: { [path]: was } } : { $unset: { [path]: '' } })
  }
  if (gone.firstSeenAt < before.firstSeenAt) {
    const still = { _id: into, firstSeenAt: gone.firstSeenAt }
    await rows.updateOne(still, { $set: { firstSeenAt: before.firstSeenAt } })
  }
}
