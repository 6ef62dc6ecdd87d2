import { beginsWith, FEW } from '../../contacts/find/anchors.js'
import type { Connection } from '../../store/connect.js'
import { relationRows } from './model.js'

/**
 * The contacts whom a member of staff calls so in WeCom, from the beginning of the remark, by its index; the first
 * `FEW` where there are more.
 */
export async function remarkedAs(
  connection: Connection,
  text: string,
): Promise<{ ids: ReadonlySet<string>; cut: boolean }> {
  const rows = await relationRows(connection)
    .find({ remark: beginsWith(text) }, { projection: { contact: 1 } })
    .limit(FEW + 1)
    .toArray()
  return { ids: new Set(rows.slice(0, FEW).flatMap(({ contact }) => contact ?? [])), cut: rows.length > FEW }
}
