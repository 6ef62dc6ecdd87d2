import type { Fact } from '../events/fact.js'
import type { Member, Past, RosterRow } from './model.js'

const SOURCE = 'groups'
const seconds = (at: Date) => Math.trunc(at.getTime() / 1000)

/** Puts a fact about the group down, to be told once the change is stored. */
export function tellGroup(
  draft: RosterRow,
  type: 'created' | 'dismissed' | 'renamed' | 'owner-changed' | 'nearly-full',
  at: Date,
  props: Record<string, unknown> = {},
): void {
  const { _id, account, chatId, owner, name, rev } = draft
  draft.tell.push({
    source: SOURCE,
    id: type === 'created' ? `${_id}:created` : `${_id}:${type}:${rev + 1}`,
    type: `chat.${type}`,
    account,
    occurredAt: at,
    props: { corp: account, group: chatId, owner, name, ...props },
  })
}

/** Puts down that somebody joined, once; gives the member marked as told. */
export function tellJoined<M extends Member | Past>(draft: RosterRow, member: M): M {
  if (member.told) return member
  const { way, state, invitedBy, joinedAt } = member
  const guessed = 'guessedJoin' in member
  draft.tell.push({
    ...about(draft, member),
    id: `${draft._id}:${member.key}:joined`,
    type: 'chat.joined',
    occurredAt: joinedAt,
    props: {
      ...whom(draft, member),
      way,
      ...(state !== undefined && { state }),
      ...(invitedBy !== undefined && { invitedBy }),
      ...(guessed && { guessed }),
    },
  })
  return { ...member, told: true as const }
}

/** Puts down that somebody left. */
export function tellLeft(draft: RosterRow, past: Past): Past {
  const { by, state, leftAt, guessedLeave } = past
  draft.tell.push({
    ...about(draft, past),
    id: `${draft._id}:${past.key}:left:${seconds(leftAt)}`,
    type: 'chat.left',
    occurredAt: leftAt,
    props: {
      ...whom(draft, past),
      by,
      ...(state !== undefined && { state }),
      ...(guessedLeave && { guessed: true }),
    },
  })
  return past
}

function about({ account }: RosterRow, { contact }: Member): Pick<Fact, 'source' | 'account' | 'contact'> {
  return { source: SOURCE, account, ...(contact !== undefined && { contact }) }
}

function whom({ account, chatId }: RosterRow, { id, kind, forgotten }: Member): Record<string, unknown> {
  return { corp: account, group: chatId, ...(!forgotten && { member: id }), kind }
}
