import type { GroupChanged } from '../core/corp-update.js'
import { unreachable } from '../core/errors.js'
import { groupId, type RosterRow } from './model.js'
import { join, leave } from './movements.js'
import { tellGroup } from './news.js'
import type { GroupSizes } from './ports.js'
import { watchSize } from './size.js'
import { draftOf, end, trim } from './stays.js'
import { follows, mark, turnTo } from './versions.js'

/** What a change is judged by besides the roster. */
export interface Judging {
  now: Date
  sizes: GroupSizes
}

/** A group of which nothing is known. */
export function blankRoster(account: string, chatId: string, now: Date): RosterRow {
  return {
    _id: groupId(account, chatId),
    account,
    chatId,
    rev: 0,
    name: '',
    owner: '',
    notice: '',
    admins: [],
    earlier: [],
    members: [],
    past: [],
    status: 'active',
    full: false,
    crossings: 0,
    tell: [],
    begun: [],
    ended: [],
    resumed: [],
    changedAt: now,
  }
}

/**
 * The roster after an event. Repeated and late events change nothing in the roster, gaps make it be read again, and
 * whatever the event does not say (by which code somebody came, their name, the group's new name) is read as well.
 */
export function applyChange(row: RosterRow, update: GroupChanged, { now, sizes }: Judging): RosterRow {
  const { at, change } = update
  const draft = draftOf(row)
  if (row.knownSince === undefined) draft.tellFrom = row.tellFrom ?? at
  switch (change) {
    case 'created':
      if (row.knownSince === undefined) draft.bornAt = at
      move(draft, update, now)
      mark(draft, at, now)
      break
    case 'dismissed':
      dismiss(draft, at)
      break
    case 'joined':
    case 'left':
      move(draft, update, now)
      break
    case 'owner':
    case 'name':
    case 'notice':
      mark(draft, at, now, { expects: [change] })
      break
    default:
      unreachable(change)
  }
  if (row.knownSince === undefined && draft.status === 'active') mark(draft, at, now)
  watchSize(draft, sizes, at, row.knownSince === undefined)
  trim(draft, now)
  return draft
}

/** The group is no more, and nobody is in it. */
export function dismiss(draft: RosterRow, at: Date): void {
  if (draft.status === 'dismissed') return
  if (draft.knownSince !== undefined) tellGroup(draft, 'dismissed', at, { members: draft.members.length })
  draft.status = 'dismissed'
  draft.dismissedAt = at
  delete draft.dirty
  for (const member of draft.members) end(draft, member, at, 'dismissed', false)
}

function move(draft: RosterRow, update: GroupChanged, now: Date): void {
  const { at, change, members, count, scene, lastVersion, version } = update
  const follow = follows(draft, lastVersion, version)
  const dead = draft.status === 'dismissed'
  const late = follow === 'known' || dead
  for (const id of members) {
    if (change === 'left') leave(draft, { id, at, by: scene === 1 ? 'removed' : 'self', late })
    else join(draft, { id, at, way: scene === 3 ? 'code' : 'unknown', late }, draft.dismissedAt ?? now)
  }
  if (dead) return
  const incomplete = members.length === 0 || members.length < count
  const edges: [string, string][] = lastVersion === undefined || version === undefined ? [] : [[lastVersion, version]]
  if (follow === 'next') turnTo(draft, version)
  if (follow === 'known') return
  if (follow === 'next' && change === 'left' && !incomplete) {
    if (draft.dirty) mark(draft, at, now, { edges })
    return
  }
  mark(draft, at, now, { edges, gap: follow === 'gap' })
}
