import type { ContactRow, Identity } from '../model.js'

/** Which people are looked for; everything that is given must hold. */
export interface FindConditions {
  /** At least one of `any`, every one of `all`, not one of `none`. */
  tags?: { any?: readonly string[]; all?: readonly string[]; none?: readonly string[] }
  /** Known on that account. */
  account?: string
  /** On `account` where one is given, else anywhere. */
  follow?: 'following' | 'not-following'
  /** A channel code that brought them, first or last. */
  channel?: string
  /** Did something at this time or later, and before that one. */
  seenFrom?: Date
  seenBefore?: Date
}

/** What of a row the conditions look at. */
export type FindRow = Pick<ContactRow, '_id' | 'identities' | 'tags' | 'profile' | 'firstSeenAt' | 'lastSeenAt'>

/** The profile fields that hold what somebody is called; each has an index. */
export const NAME_FIELDS = ['remark', 'name', 'nickname'] as const

/** What somebody is called: our remark, the name, the nickname. */
export function nameOf(profile: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of NAME_FIELDS) {
    const value = profile[field]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** Whether a row meets the conditions. */
export function fits(row: FindRow, conditions: FindConditions): boolean {
  const { tags = {}, account, follow, channel, seenFrom, seenBefore } = conditions
  const has = (tag: string) => row.tags.includes(tag)
  if (tags.any && tags.any.length > 0 && !tags.any.some(has)) return false
  if (tags.all && !tags.all.every(has)) return false
  if (tags.none?.some(has)) return false
  if (seenFrom && row.lastSeenAt < seenFrom) return false
  if (seenBefore && row.lastSeenAt >= seenBefore) return false
  const places = account === undefined ? row.identities : row.identities.filter((one) => one.account === account)
  if (account !== undefined && places.length === 0) return false
  if (follow && places.some((one) => one.follow.following) !== (follow === 'following')) return false
  return channel === undefined || row.identities.some((one) => cameBy(one, channel))
}

/** Whether what somebody is called begins with the text; `text` in lower case. */
export function isCalled(row: FindRow, text: string): boolean {
  return NAME_FIELDS.some((field) => {
    const value = row.profile?.[field]
    return typeof value === 'string' && value.toLowerCase().startsWith(text)
  })
}

const cameBy = ({ firstScene, lastScene }: Identity, channel: string) =>
  firstScene?.scene === channel || lastScene?.scene === channel
