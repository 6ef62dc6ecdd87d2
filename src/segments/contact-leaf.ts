import type { ContactRow } from '../contacts/model.js'
import { LONGEST_WINDOW_MS } from '../contacts/windows.js'
import { unreachable } from '../core/errors.js'
import { bucketOf } from './bucket.js'
import { answers, type Filter, filterOf } from './condition.js'
import type { ContactLeaf, FollowLeaf } from './node.js'
import { questionOf } from './question.js'
import type { Moment } from './time.js'
import { valuesAt } from './values.js'

/** A contact as leaves see it. `credited` are the keys of identities with an acceptance left. */
export interface Person {
  row: Pick<ContactRow, '_id' | 'identities' | 'tags' | 'consents' | 'lastSeenAt'>
  credited?: ReadonlySet<string>
}

/** Whether a contact meets a condition. */
export function contactHolds(leaf: ContactLeaf, { row, credited }: Person, moment: Moment): boolean {
  switch (leaf.kind) {
    case 'field': {
      const { field, condition } = leaf
      return answers(questionOf(condition, field.kind, moment, field.open), valuesAt(row, field.path), field)
    }
    case 'tag':
      return leaf.names.some((name) => row.tags.includes(name)) === leaf.has
    case 'follow':
      return followHolds(leaf, row.identities, moment)
    case 'consent': {
      const allowed = row.consents[leaf.purpose]?.allowed
      if (leaf.state === 'not-withdrawn') return allowed !== false
      if (leaf.state === 'never-asked') return allowed === undefined
      return allowed === (leaf.state === 'granted')
    }
    case 'bucket': {
      const place = bucketOf(leaf.salt, row._id)
      return place >= leaf.from && place < leaf.to
    }
    case 'reachable':
      return reachable(leaf.channel, row, credited, moment)
    default:
      return unreachable(leaf)
  }
}

function followHolds(leaf: FollowLeaf, identities: Person['row']['identities'], moment: Moment): boolean {
  const { platform, account, state, since } = leaf
  const ours = identities.filter((one) => one.platform === platform && (account ?? one.account) === one.account)
  const following = ours.filter(({ follow }) => follow.following)
  if (state === 'never') return ours.length === 0
  if (state === 'unfollowed') return ours.length > 0 && following.length === 0
  if (since === undefined) return following.length > 0
  const cut = moment.since(since.span)
  return following.some(({ follow }) => {
    const at = follow.at.getTime()
    return since.within ? at >= cut && at <= moment.asOf : at < cut
  })
}

type Channel = Extract<ContactLeaf, { kind: 'reachable' }>['channel']

/**
 * Whether a channel leads to the person at all, as far as the contact tells: windows that are used up, quotas and caps
 * are looked at when something is sent.
 */
function reachable(channel: Channel, row: Person['row'], credited: Person['credited'], { asOf }: Moment): boolean {
  const on = (platform: string) => row.identities.filter((one) => one.platform === platform)
  const follows = (platform: string) => on(platform).some(({ follow }) => follow.following)
  switch (channel) {
    case 'template':
    case 'mass':
      return follows('official-account')
    case 'customer-message':
      return follows('official-account') && row.lastSeenAt.getTime() > asOf - LONGEST_WINDOW_MS
    case 'subscription':
      return on('official-account').some(({ key }) => credited?.has(key))
    case 'mini-program':
      return on('mini-program').some(({ key }) => credited?.has(key))
    case 'group-send':
      return follows('wecom')
    case 'next-visit':
      return true
    default:
      return unreachable(channel)
  }
}

/** True for a condition that needs to know the acceptances of subscription templates. */
export function needsCredits(leaf: { kind: string; channel?: string }): boolean {
  return leaf.kind === 'reachable' && (leaf.channel === 'subscription' || leaf.channel === 'mini-program')
}

/** A condition as a filter of contacts. */
export function contactFilter(leaf: ContactLeaf, moment: Moment): Filter {
  const exactly = (filter: object): Filter => ({ filter, exact: true })
  switch (leaf.kind) {
    case 'field': {
      const { field, condition } = leaf
      return filterOf(questionOf(condition, field.kind, moment, field.open), field.path.join('.'), field)
    }
    case 'tag':
      return exactly({ tags: { [leaf.has ? '$in' : '$nin']: [...leaf.names] } })
    case 'follow':
      return exactly(followFilter(leaf, moment))
    case 'consent': {
      const path = `consents.${leaf.purpose}.allowed`
      if (leaf.state === 'not-withdrawn') return exactly({ [path]: { $ne: false } })
      if (leaf.state === 'never-asked') return exactly({ [path]: { $exists: false } })
      return exactly({ [path]: leaf.state === 'granted' })
    }
    case 'bucket':
      return { filter: {}, exact: false }
    case 'reachable':
      return reachableFilter(leaf.channel, moment)
    default:
      return unreachable(leaf)
  }
}

function followFilter({ platform, account, state, since }: FollowLeaf, moment: Moment): object {
  const base = { platform, ...(account !== undefined && { account }) }
  const none = (match: object) => ({ identities: { $not: { $elemMatch: match } } })
  if (state === 'never') return none(base)
  const following = { ...base, 'follow.following': true }
  if (state === 'unfollowed') return { $and: [{ identities: { $elemMatch: base } }, none(following)] }
  if (since === undefined) return { identities: { $elemMatch: following } }
  const cut = new Date(moment.since(since.span))
  const at = since.within ? { $gte: cut, $lte: new Date(moment.asOf) } : { $lt: cut }
  return { identities: { $elemMatch: { ...following, 'follow.at': at } } }
}

function reachableFilter(channel: Channel, { asOf }: Moment): Filter {
  const on = (platform: string, more: object = {}) => ({ identities: { $elemMatch: { platform, ...more } } })
  const follows = (platform: string) => on(platform, { 'follow.following': true })
  switch (channel) {
    case 'template':
    case 'mass':
      return { filter: follows('official-account'), exact: true }
    case 'customer-message': {
      const window = { lastSeenAt: { $gt: new Date(asOf - LONGEST_WINDOW_MS) } }
      return { filter: { $and: [follows('official-account'), window] }, exact: true }
    }
    case 'subscription':
      return { filter: on('official-account'), exact: false }
    case 'mini-program':
      return { filter: on('mini-program'), exact: false }
    case 'group-send':
      return { filter: follows('wecom'), exact: true }
    case 'next-visit':
      return { filter: {}, exact: true }
    default:
      return unreachable(channel)
  }
}
