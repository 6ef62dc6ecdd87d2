import { hash } from 'node:crypto'
import type { LeaveWay, Member, Past, RosterRow } from './model.js'
import { tellJoined, tellLeft } from './news.js'

/** How far an event's time may be from the time of the join in the detail. */
export const SLACK_MS = 60_000
const KEEP_MS = 7 * 86_400_000
const KEEP_MOST = 200

/** A copy that may be changed; members and stays themselves are replaced, never changed. */
export function draftOf(row: RosterRow): RosterRow {
  const { members, past, tell, begun, ended, resumed, earlier } = row
  return {
    ...row,
    members: [...members],
    past: [...past],
    tell: [...tell],
    begun: [...begun],
    ended: [...ended],
    resumed: [...resumed],
    earlier: [...earlier],
  }
}

/** The key of a stay: who, without saying it in clear, and since when. */
export function keyOf(draft: RosterRow, id: string, joinedAt: Date, guessed = false): string {
  const who = hash('sha256', `${draft._id}:${id}`, 'base64url').slice(0, 16)
  return `${who}:${Math.trunc(joinedAt.getTime() / 1000)}${guessed ? 'g' : ''}`
}

/** Begins a stay. */
export function open(draft: RosterRow, member: Omit<Member, 'key'>): void {
  const key = keyOf(draft, member.id, member.joinedAt)
  const index = draft.past.findIndex((one) => one.key === key)
  const known = draft.past[index]
  if (known) {
    draft.past.splice(index, 1)
    draft.ended = draft.ended.filter((one) => one !== key)
  }
  if (known || (member.sure && draft.knownSince !== undefined)) draft.resumed.push(key)
  const begun = { ...member, key, ...(known?.told && { told: true as const }) }
  if (begun.contact !== undefined) draft.begun.push(key)
  draft.members.push(begun.sure ? tellJoined(draft, begun) : begun)
}

/** Changes what is known of a stay that goes on; with the first sure knowledge it becomes a fact. */
export function replace(draft: RosterRow, member: Member): void {
  const index = draft.members.findIndex(({ key }) => key === member.key)
  if (member.contact !== undefined && member.contact !== draft.members[index]?.contact) draft.begun.push(member.key)
  if (index >= 0) draft.members[index] = member.sure ? tellJoined(draft, member) : member
}

/** Ends a stay. */
export function end(draft: RosterRow, member: Member, at: Date, by: LeaveWay, guessed: boolean): void {
  draft.members = draft.members.filter(({ key }) => key !== member.key)
  const leftAt = at < member.joinedAt ? member.joinedAt : at
  note(draft, { ...member, leftAt, by, ...(guessed && { guessedLeave: true as const }) })
}

/** Puts down a stay that has ended, and tells of it. */
export function note(draft: RosterRow, past: Past): void {
  const told = past.by === 'dismissed' ? past : tellLeft(draft, tellJoined(draft, past))
  const kept = past.forgotten ? { ...told, id: `forgotten:${past.key}` } : told
  draft.past.push(kept)
  draft.ended.push(past.key)
}

/** Corrects a stay that has ended. */
export function amend(draft: RosterRow, past: Past, change: Partial<Past>, gone: readonly (keyof Past)[] = []): void {
  const index = draft.past.findIndex(({ key }) => key === past.key)
  if (index < 0) return
  const entries = Object.entries({ ...past, ...change }).filter(([name]) => !gone.some((field) => field === name))
  draft.past[index] = Object.fromEntries(entries) as unknown as Past
  if (!draft.ended.includes(past.key)) draft.ended.push(past.key)
}

/** Lets go of ended stays that no late event can be about any more; they stay in their own collection. */
export function trim(draft: RosterRow, now: Date): void {
  const from = now.getTime() - KEEP_MS
  const pending = new Set(draft.ended)
  const latest = new Set(draft.past.toSorted((a, b) => +b.leftAt - +a.leftAt).slice(0, KEEP_MOST))
  draft.past = draft.past.filter((one) => pending.has(one.key) || (+one.leftAt >= from && latest.has(one)))
}
