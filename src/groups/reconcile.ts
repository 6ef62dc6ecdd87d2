import { dismiss, type Judging } from './apply-change.js'
import type { Member, RosterRow } from './model.js'
import { tellGroup } from './news.js'
import type { Detail, DetailMember } from './ports.js'
import { watchSize } from './size.js'
import { draftOf, end, open, replace, SLACK_MS, trim } from './stays.js'
import { judge, passedBy, postpone, turnTo } from './versions.js'

/** What a reading of a group changed. */
export interface Reconciled {
  row: RosterRow
  /** `again`: the detail is older than what is known; it is read once more. */
  outcome: 'same' | 'changed' | 'again' | 'dismissed'
  joined: number
  left: number
  /** The group's own fields that had changed. */
  fields: ('name' | 'owner' | 'notice' | 'admins')[]
}

/** What is known of people besides the detail: our contacts by the platform's id. */
export type Known = ReadonlyMap<string, string>

/** The roster after a reading of the platform's detail; undefined: the platform knows no such group. */
export function reconcile(row: RosterRow, detail: Detail | undefined, known: Known, judging: Judging): Reconciled {
  const none = { joined: 0, left: 0, fields: [] }
  const draft = draftOf(row)
  if (detail === undefined) return gone(draft, row, judging.now)
  if (judge(row, detail.version) !== 'settled' || misses(row, detail)) return again(row, judging.now)

  const fields = takeFields(draft, detail, row.dirty?.since ?? judging.now)
  const counts = takeMembers(draft, detail, known, judging.now)
  const first = row.knownSince === undefined
  if (first) {
    draft.knownSince = judging.now
    const since = draft.tellFrom
    const born = draft.bornAt ?? (since && +detail.createdAt >= +since - SLACK_MS ? detail.createdAt : undefined)
    if (born) tellGroup(draft, 'created', born)
    delete draft.tellFrom
  }
  const touched = counts.touched || fields.length > 0 || first || row.dirty !== undefined
  if (!touched && detail.version === row.version) return { ...none, row, outcome: 'same' }
  turnTo(draft, detail.version, [...passedBy(row)])
  delete draft.dirty
  watchSize(draft, judging.sizes, judging.now, first && !draft.bornAt)
  trim(draft, judging.now)
  return { row: draft, outcome: 'changed', joined: counts.joined, left: counts.left, fields }
}

const again = (row: RosterRow, now: Date): Reconciled => {
  const dirty = row.dirty ?? { since: now, dueAt: now, tries: -1, edges: [], gap: false }
  return { row: { ...row, dirty: postpone(dirty, now) }, outcome: 'again', joined: 0, left: 0, fields: [] }
}

/** A group the platform does not know may only not be built yet: it must say so three times. */
function gone(draft: RosterRow, row: RosterRow, now: Date): Reconciled {
  if (row.status === 'dismissed') return { row, outcome: 'same', joined: 0, left: 0, fields: [] }
  if ((row.dirty?.tries ?? 0) < 2) return again(row, now)
  const left = draft.members.length
  dismiss(draft, now)
  return { row: draft, outcome: 'dismissed', joined: 0, left, fields: [] }
}

/** An event said that a field has changed, and the detail still shows the old one. */
function misses(row: RosterRow, detail: Detail): boolean {
  const { dirty } = row
  if (row.knownSince === undefined || !dirty?.expects || dirty.tries >= 3) return false
  return dirty.expects.some((field) => detail[field] === row[field])
}

function takeFields(draft: RosterRow, detail: Detail, at: Date): Reconciled['fields'] {
  const { name, owner, notice, admins, createdAt } = detail
  const first = draft.knownSince === undefined
  const before = { name: draft.name, owner: draft.owner }
  const changed = (['name', 'owner', 'notice'] as const).filter((field) => draft[field] !== detail[field])
  const others = admins.join('\n') === draft.admins.join('\n') ? [] : (['admins'] as const)
  Object.assign(draft, { name, owner, notice, admins: [...admins], createdAt })
  if (draft.status === 'dismissed') {
    draft.status = 'active'
    delete draft.dismissedAt
  }
  if (!first && changed.includes('name')) tellGroup(draft, 'renamed', at, { before: before.name })
  if (!first && changed.includes('owner')) tellGroup(draft, 'owner-changed', at, { before: before.owner })
  return [...changed, ...others]
}

function takeMembers(draft: RosterRow, detail: Detail, known: Known, now: Date) {
  const before = new Map(draft.members.map((member) => [member.id, member]))
  const counts = { joined: 0, left: 0, touched: false }
  for (const found of detail.members) {
    const member = before.get(found.id)
    before.delete(found.id)
    const outcome = member ? takeKnown(draft, member, found, known) : takeNew(draft, found, known)
    if (outcome === 'joined') counts.joined += 1
    if (outcome === 'joined' && member) counts.left += 1
    if (outcome !== 'same') counts.touched = true
  }
  for (const member of before.values()) {
    end(draft, member, now, 'unseen', true)
    counts.left += 1
    counts.touched = true
  }
  return counts
}

function takeKnown(draft: RosterRow, member: Member, found: DetailMember, known: Known): 'same' | 'joined' | 'told' {
  if (+found.joinedAt > +member.joinedAt + (member.sure ? 0 : SLACK_MS)) {
    end(draft, member, found.joinedAt, 'unseen', true)
    open(draft, fresh(found, known))
    return 'joined'
  }
  const next = { ...fresh(found, known, member), key: member.key, ...(member.told && { told: true as const }) }
  if (sameMember(member, next)) return 'same'
  replace(draft, next)
  return 'told'
}

function takeNew(draft: RosterRow, found: DetailMember, known: Known): 'joined' {
  const last = draft.past.find((past) => {
    if (past.id !== found.id) return false
    const near = Math.abs(+past.joinedAt - +found.joinedAt) <= (past.sure ? 0 : SLACK_MS)
    return near && !past.guessedJoin && (past.guessedLeave === true || found.joinedAt < past.leftAt)
  })
  if (last) {
    draft.past = draft.past.filter(({ key }) => key !== last.key)
    draft.ended = draft.ended.filter((key) => key !== last.key)
    draft.resumed.push(last.key)
    const member = { ...fresh(found, known, last), key: last.key, ...(last.told && { told: true as const }) }
    const { contact: _, ...nobody } = member
    draft.members.push(nobody)
    replace(draft, member)
    return 'joined'
  }
  const silent = draft.knownSince === undefined && (!draft.tellFrom || +found.joinedAt < +draft.tellFrom - SLACK_MS)
  open(draft, { ...fresh(found, known), ...(silent && { told: true as const }) })
  return 'joined'
}

function fresh(found: DetailMember, known: Known, before?: Member): Omit<Member, 'key'> {
  const { id, kind, joinedAt, way, state, invitedBy, name, nickname } = found
  const plain = { id, kind, joinedAt, sure: true, way: way === 'unknown' ? (before?.way ?? way) : way }
  const source = { ...(state !== undefined && { state }), ...(invitedBy !== undefined && { invitedBy }) }
  if (before?.forgotten) return { ...plain, ...source, forgotten: true }
  const contact = known.get(id) ?? before?.contact
  return {
    ...plain,
    ...source,
    ...(name !== '' && { name }),
    ...(nickname !== '' && { nickname }),
    ...(contact !== undefined && { contact }),
  }
}

function sameMember(a: Member, b: Member): boolean {
  const fields = ['kind', 'sure', 'way', 'state', 'invitedBy', 'name', 'nickname', 'contact'] as const
  return +a.joinedAt === +b.joinedAt && fields.every((field) => a[field] === b[field])
}
