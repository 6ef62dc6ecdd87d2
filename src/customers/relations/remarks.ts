import type { Anchor } from '../../contacts/find/anchors.js'
import { beginsWith, FEW } from '../../contacts/find/anchors.js'
import type { Connection } from '../../store/connect.js'
import { relationRows } from './model.js'

/** The contacts whom a member of staff calls so in WeCom, from the beginning of the remark; by its index. */
export async function remarkedAs(connection: Connection, text: string): Promise<Anchor> {
  const rows = await relationRows(connection)
    .find({ remark: beginsWith(text) }, { projection: { contact: 1 } })
    .limit(FEW + 1)
    .toArray()
  return rows.length > FEW ? 'many' : new Set(rows.flatMap(({ contact }) => contact ?? []))
}
