import type { Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import type { Keeping } from './keep.js'
import { endedStayRows, type Member, rosterRows, stayRows } from './model.js'
import type { GroupPorts } from './ports.js'
import type { GroupReads } from './read.js'
import { draftOf } from './stays.js'

/**
 * Groups as personal data. Who is in a group stays its member for us as long as the platform says so, under the
 * platform's id only; names, the link to the contact, and the id in stays that have ended go. That they asked for it is
 * kept, so that the next reading brings nothing back. When somebody only stops following, nothing goes: they are still
 * in the group.
 */
export function groupPersonalData(
  { connection }: Pick<GroupPorts, 'connection'>,
  keeping: Keeping,
  reads: GroupReads,
): PersonalData {
  return {
    name: 'groups',
    export: (contact) => reads.groupsOf(contact),
    async erase(contact, identities, why) {
      if (why !== 'erased') return
      const isMine = mineOf(contact, identities)
      const groups: string[] = await stayRows(connection).distinct('group', { contact })
      const rows = await rosterRows(connection)
        .find(
          { $or: [{ 'members.contact': contact }, { _id: { $in: groups } }] },
          { projection: { account: 1, chatId: 1 } },
        )
        .toArray()
      for (const { account, chatId } of rows) {
        await keeping.change(account, chatId, (row) => {
          if (!row) return row
          const draft = draftOf(row)
          draft.members = row.members.map((one) => (isMine(account, one) ? forget(one) : one))
          draft.past = row.past.map((one) =>
            isMine(account, one) ? { ...forget(one), id: `forgotten:${one.key}` } : one,
          )
          return draft
        })
      }
      const unset = { contact: '', name: '', nickname: '', invitedBy: '' } as const
      await stayRows(connection).deleteMany({ contact, open: true })
      await endedStayRows(connection).updateMany({ contact }, { $set: { member: 'forgotten' }, $unset: unset })
    },
  }
}

/** Is that stay one of the erased person's? */
function mineOf(contact: string, identities: readonly Identity[]) {
  const ids = identities.filter(({ platform }) => platform === 'wecom')
  return (account: string, member: Member) =>
    member.contact === contact || ids.some((one) => one.account === account && one.externalId === member.id)
}

function forget<M extends Member>({ contact: _, name: __, nickname: ___, ...rest }: M): M {
  return { ...rest, forgotten: true } as unknown as M
}
