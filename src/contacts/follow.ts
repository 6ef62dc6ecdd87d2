import type { Directory } from './directory.js'
import { identityKey, type Person } from './identity.js'
import type { ContactRow, ContactRows } from './model.js'

/**
 * Marks that the person follows or stopped following, by the platform's time: what is older than what we know
 * changes nothing (pushes overtake each other). Gives the contact, or undefined when the news was old.
 */
export async function setFollowing(
  rows: ContactRows,
  directory: Directory,
  person: Person,
  following: boolean,
  at: Date,
): Promise<ContactRow | undefined> {
  const key = identityKey(person)
  const known = await directory.resolve(person, at)
  const row = await rows.findOneAndUpdate(
    { 'identities.key': key, identities: { $elemMatch: { key, 'follow.at': { $lte: at } } } },
    { $set: { 'identities.$.follow': { following, at } }, $max: { lastSeenAt: at } },
    { returnDocument: 'after' },
  )
  if (row === null) return undefined
  known.following = following
  return row
}

/** Keeps the channel code that brought the person first, and the one used last. */
export async function touchScene(rows: ContactRows, person: Person, scene: string, at: Date): Promise<void> {
  const key = identityKey(person)
  const touch = { scene, at }
  await rows.bulkWrite(
    [
      {
        updateOne: {
          filter: { 'identities.key': key, identities: { $elemMatch: { key, firstScene: null } } },
          update: { $set: { 'identities.$.firstScene': touch } },
        },
      },
      {
        updateOne: {
          filter: {
            'identities.key': key,
            identities: { $elemMatch: { key, 'lastScene.at': { $not: { $gt: at } } } },
          },
          update: { $set: { 'identities.$.lastScene': touch } },
        },
      },
    ],
    { ordered: false },
  )
}

/**
 * Deletes what is personal about somebody who follows none of our accounts any more: the platform demands it with
 * every unsubscribe. Consents stay (a refusal must outlive the follow), and so do the facts, under our own id.
 */
export async function anonymise(rows: ContactRows, row: ContactRow): Promise<boolean> {
  if (row.identities.some(({ follow }) => follow.following)) return false
  const done = await rows.updateOne(
    { _id: row._id, identities: { $not: { $elemMatch: { 'follow.following': true } } } },
    { $set: { profile: {}, tags: [] } },
  )
  return done.matchedCount === 1
}

/**
 * The profile fields of each class of data a person may take back. A class that is not listed empties the profile:
 * nobody knows under which name a shop keeps it. What was sent in chat (pictures, voice, places) lies with the
 * messages, which forget it by themselves.
 */
const CLASSES: Record<string, readonly string[]> = {
  profile: ['nickname', 'avatar', 'gender', 'language'],
  nickname: ['nickname'],
  avatar: ['avatar'],
  address: ['address'],
  location: ['location', 'city'],
  place: ['location', 'city'],
  phone: ['phone'],
  mail: ['mail', 'email'],
  invoice: ['invoice'],
  steps: ['steps'],
  'plate-number': ['plate'],
  microphone: [],
  camera: [],
  album: [],
  file: [],
  bluetooth: [],
}

/** Deletes the profile fields of the classes of data that the person took back. */
export async function dropProfile(rows: ContactRows, contact: string, classes: readonly string[]): Promise<void> {
  const fields = classes.map((name) => CLASSES[name])
  if (fields.some((names) => names === undefined)) {
    await rows.updateOne({ _id: contact }, { $set: { profile: {} } })
    return
  }
  const unset = fields.flatMap((names) => names ?? []).map((name) => [`profile.${name}`, 1] as const)
  if (unset.length > 0) await rows.updateOne({ _id: contact }, { $unset: Object.fromEntries(unset) })
}
