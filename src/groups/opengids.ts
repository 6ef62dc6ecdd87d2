import { AppError } from '../core/errors.js'
import { type Connection, database } from '../store/connect.js'
import { defineModel } from '../store/schema.js'
import { plain } from './model.js'
import type { GroupPorts } from './ports.js'

interface OpengidRow {
  /** `<account>:<opengid>`. */
  _id: string
  /** Null: no group of ours when it was asked. */
  chatId: string | null
  askedAt: Date
}

const OPENGIDS = 'groupOpengids'
const ASK_AGAIN_MS = 3_600_000

/** Declares the collection; before `ensureIndexes`. */
export function opengidModel(connection: Connection): void {
  defineModel(connection, 'GroupOpengid', plain(OPENGIDS))
}

/**
 * The group in which a page of a mini program was opened, by the opengid that the page was given there. An answer is
 * kept for good; that it is no group of ours (90511) is asked again after an hour. Undefined when it is none.
 */
export function createGroupOf({ connection, clock, corps }: Pick<GroupPorts, 'connection' | 'clock' | 'corps'>) {
  const rows = () => database(connection).collection<OpengidRow>(OPENGIDS)

  return async (account: string, opengid: string): Promise<string | undefined> => {
    const _id = `${account}:${opengid}`
    const known = await rows().findOne({ _id })
    if (known && (known.chatId !== null || +clock.now() - +known.askedAt < ASK_AGAIN_MS))
      return known.chatId ?? undefined
    const corp = corps.find(account)
    if (!corp) throw new AppError('account.corp', `the account ${account} is no corporation with an app`)
    const chatId = await corp.groups.byOpengid(opengid)
    await rows().updateOne({ _id }, { $set: { chatId: chatId ?? null, askedAt: clock.now() } }, { upsert: true })
    return chatId
  }
}
