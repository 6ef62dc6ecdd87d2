import { contactRows } from '../../contacts/model.js'
import type { PersonalData } from '../../contacts/privacy.js'
import type { Connection } from '../../store/connect.js'
import { handOverItemRows } from '../hand-over/model.js'
import { type RelationRow, relationRows } from './model.js'

/**
 * Relations with members as personal data. Somebody who left keeps no remark, description or tags; who was connected
 * with whom and when stays, for the member's own history. An erasure takes the rows as a whole; hand-overs keep their
 * counts without the person. The platform goes on listing a customer until the member removes them there: then the
 * next sync knows the person again, as it must while the relation exists.
 */
export function relationPersonalData(connection: Connection): PersonalData {
  async function allIds(contact: string): Promise<string[]> {
    const row = await contactRows(connection).findOne({ _id: contact }, { projection: { mergedFrom: 1 } })
    return [contact, ...(row?.mergedFrom ?? [])]
  }

  return {
    name: 'customers',
    async export(contact) {
      const ids = await allIds(contact)
      const rows = await relationRows(connection)
        .find({ contact: { $in: ids } })
        .sort({ _id: 1 })
        .toArray()
      const handOvers = await handOverItemRows(connection)
        .find({ contact: { $in: ids } }, { projection: { contact: 0 } })
        .toArray()
      return { relations: rows.map(shown), ...(handOvers.length > 0 && { handOvers }) }
    },
    async erase(contact, _identities, why) {
      const mine = { contact: { $in: await allIds(contact) } }
      if (why === 'left') {
        const personal = { remark: '', description: '', mirrored: '', tagRefusal: '' } as const
        await relationRows(connection).updateMany(
          { ...mine, live: false },
          { $unset: personal, $set: { tags: [] }, $inc: { rev: 1 } },
        )
        return
      }
      await relationRows(connection).deleteMany(mine)
      await handOverItemRows(connection).updateMany(mine, { $unset: { contact: '' }, $set: { target: '' } })
    },
  }
}

function shown({ rev: _rev, writer: _writer, owed: _owed, owesAt: _owes, ...rest }: RelationRow) {
  return rest
}
