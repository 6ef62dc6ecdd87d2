import type { Keeping } from './keep.js'
import { groupId, groupRows, rosterRows } from './model.js'
import type { GroupPorts } from './ports.js'
import { type GroupView, viewOf } from './read.js'
import { watchSize } from './size.js'
import { draftOf } from './stays.js'

/** What we note about a group ourselves. */
export interface GroupEdit {
  addLabels?: readonly string[] | undefined
  removeLabels?: readonly string[] | undefined
  /** Null takes it out of its folder. */
  folder?: string | null | undefined
  /** Nearly full at so many members; null: at the configuration's share. */
  nearlyFullAt?: number | null | undefined
}

/** Notes labels, folder and size of a group; undefined when there is none. Nothing of it reaches the platform. */
export function createGroupEdit(ports: Pick<GroupPorts, 'connection' | 'clock' | 'sizes'>, keeping: Keeping) {
  const { connection, clock, sizes } = ports

  return async (account: string, chatId: string, edit: GroupEdit): Promise<GroupView | undefined> => {
    const { addLabels = [], removeLabels = [], folder, nearlyFullAt } = edit
    const _id = groupId(account, chatId)
    if (nearlyFullAt !== undefined && (await rosterRows(connection).findOne({ _id }, { projection: { _id: 1 } }))) {
      await keeping.change(account, chatId, (row) => {
        if (!row) return row
        const draft = draftOf(row)
        if (nearlyFullAt === null) delete draft.nearlyFullAt
        else draft.nearlyFullAt = nearlyFullAt
        watchSize(draft, sizes, clock.now())
        return draft
      })
    }
    const labels = {
      $sortArray: {
        input: {
          $setUnion: [
            { $setDifference: [{ $ifNull: ['$labels', []] }, { $literal: [...removeLabels] }] },
            { $literal: [...addLabels] },
          ],
        },
        sortBy: 1,
      },
    }
    const set = { labels, ...(typeof folder === 'string' && { folder: { $literal: folder } }) }
    const row = await groupRows(connection).findOneAndUpdate(
      { _id },
      [{ $set: set }, ...(folder === null ? [{ $unset: 'folder' }] : [])],
      { returnDocument: 'after' },
    )
    return row ? viewOf(row, sizes) : undefined
  }
}
