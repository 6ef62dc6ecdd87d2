import type { Connection } from '../../store/connect.js'
import { contactRows } from '../model.js'
import type { SyncAccount } from './followers.js'
import type { SyncConflict } from './model.js'
import { changeFor, prepareMirror, pushTags } from './tags.js'

/** What became of one person's mirrored tags on one account. */
export interface SettledTags {
  account: string
  platform: string
  /** The mirrored tags that both sides have now. */
  tags: string[]
  refused: { tag: string; reason: string }[]
}

/**
 * Brings the mirrored tags of one follower in step with an account at once, both ways, as the nightly sync does for all.
 * Undefined when the account mirrors none or the person does not follow it. Rejects with the platform's refusal of the
 * whole (quota, network).
 */
export async function settleFollowerTags(
  connection: Connection,
  { account, platform, users, tags, mirrorTags = [] }: SyncAccount,
  contact: string,
): Promise<SettledTags | undefined> {
  if (mirrorTags.length === 0) return undefined
  const row = await contactRows(connection).findOne({ _id: contact, status: 'active' })
  const identity = row?.identities.find(
    (one) => one.account === account && one.platform === platform && one.follow.following,
  )
  if (!row || !identity) return undefined
  const conflicts: SyncConflict[] = []
  const tell = (conflict: SyncConflict) => void conflicts.push(conflict)
  const mirror = await prepareMirror(tags, mirrorTags, tell)
  const [info] = await users.batchGet([identity.externalId])
  if (!info?.follows) return undefined
  const { key, externalId: openid, mirrored } = identity
  const person = { key, contact, openid, tags: row.tags, ...(mirrored && { mirrored }) }
  const change = changeFor(mirror, person, info.tagIds, tell)
  if (change) {
    await pushTags(tags, mirror, [change], tell)
    const rows = contactRows(connection)
    if (change.addHere.length > 0) {
      await rows.updateOne({ _id: contact }, { $addToSet: { tags: { $each: change.addHere } } })
    }
    if (change.removeHere.length > 0) {
      await rows.updateOne({ _id: contact }, { $pull: { tags: { $in: change.removeHere } } })
    }
    await rows.updateOne({ 'identities.key': key }, { $set: { 'identities.$.mirrored': change.agreed } })
  }
  const refused = conflicts
    .filter(({ tag }) => tag !== undefined && row.tags.includes(tag))
    .map(({ tag = '', detail }) => ({ tag, reason: detail }))
  const both = row.tags.filter((tag) => mirror.byName.has(tag))
  return { account, platform, tags: change?.agreed ?? both, refused }
}
