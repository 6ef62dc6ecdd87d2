import { type Act, OPENING_KINDS, SHORT_WINDOW_MS, triggerOf, triggerOfKind } from '../contacts/windows.js'
import type { WindowTrigger } from '../core/context.js'
import type { Platform } from '../platforms/platform.js'
import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import type { InboxRow } from './model.js'
import { rows } from './rows.js'

/** What reading acts needs. */
export interface ActsDeps {
  connection: Connection
  platform(account: string): (Pick<Platform, 'decode'> & Partial<Pick<Platform, 'platform'>>) | undefined
}

type Opening = Pick<InboxRow, '_id' | 'contact' | 'account' | 'kind' | 'at'> & { trigger: WindowTrigger }

/** A clock that is wrong by less than this hides no act. */
const SKEW_MS = 600_000

/**
 * What people did that opens a window, out of the accepted updates: contact (as of `contactKey`) and since when. What
 * happened well before a person's newest message is left out, as it decides nothing. Questions that are asked together
 * share one read, and one more for the newest texts: a text may be a tapped choice, which only its body tells.
 */
export function createActs(deps: ActsDeps): (contact: string, since: Date) => Promise<readonly Act[]> {
  const { connection } = deps

  const read = createBatch<{ contact: string; since: Date }, readonly Act[]>(async (asked) => {
    const since = new Date(Math.min(...asked.map((one) => one.since.getTime())) - SKEW_MS)
    const contacts = [...new Set(asked.map(({ contact }) => contact))]
    const pending = new Map<string, Opening[]>()
    const cursor = rows(connection).find<Omit<Opening, 'trigger'>>(
      { contact: { $in: contacts }, receivedAt: { $gte: since }, kind: { $in: [...OPENING_KINDS] } },
      { projection: { contact: 1, account: 1, kind: 1, at: 1 } },
    )
    for await (const row of cursor) {
      const trigger = triggerOfKind(row.kind, deps.platform(row.account)?.platform)
      if (trigger) pending.set(row.contact, [...(pending.get(row.contact) ?? []), { ...row, trigger }])
    }
    const found = await sort(pending)
    return asked.map(({ contact, since: from }) => (found.get(contact) ?? []).filter(({ at }) => at >= from))
  }, 1000)

  /** Tells tapped choices from texts, as far back as each person's newest message. */
  async function sort(pending: Map<string, Opening[]>): Promise<Map<string, Act[]>> {
    const walks = [...pending].map(([contact, list]) => ({ contact, left: list.toSorted(newest), acts: [] as Act[] }))
    for (let open = walks; open.length > 0; ) {
      const texts = open.map(({ left }) => left.find(({ kind }) => kind === 'message.text')).filter((row) => !!row)
      const choices = await tapped(texts)
      open = open.filter((walk) => !step(walk, choices))
    }
    return new Map(walks.map(({ contact, acts }) => [contact, acts]))
  }

  /** Of these texts, those that are tapped choices. A body that cannot be read any more counts as a text. */
  async function tapped(texts: readonly Opening[]): Promise<ReadonlySet<string>> {
    if (texts.length === 0) return new Set()
    const ids = texts.map(({ _id }) => _id)
    const bodies = await rows(connection)
      .find({ _id: { $in: ids } }, { projection: { account: 1, 'envelope.body': 1 } })
      .toArray()
    return new Set(bodies.filter(isChoice).map(({ _id }) => _id))
  }

  function isChoice(row: Pick<InboxRow, 'account' | 'envelope'>): boolean {
    try {
      const update = deps.platform(row.account)?.decode(row.envelope.body)
      return update !== undefined && triggerOf(update) === 'menu'
    } catch {
      return false
    }
  }

  return (contact, since) => read({ contact, since })
}

interface Walk {
  /** Newest first. */
  left: Opening[]
  acts: Act[]
}

/** Takes what is known up to the next text that nobody has looked at; true when the walk is over. */
function step({ left, acts }: Walk, choices: ReadonlySet<string>): boolean {
  let texts = 0
  for (let row = left[0]; row !== undefined; row = left[0]) {
    if (row.kind === 'message.text' && texts++ > 0) return false
    left.shift()
    const trigger = choices.has(row._id) ? 'menu' : row.trigger
    acts.push({ trigger, at: row.at })
    if (trigger === 'message') {
      acts.push(...stillOpen(left, row.at))
      return true
    }
  }
  return true
}

/** Of what came before the newest message only the short windows that were open then matter. */
function stillOpen(left: readonly Opening[], messageAt: Date): Act[] {
  const from = messageAt.getTime() - SHORT_WINDOW_MS
  return left.flatMap(({ trigger, at }) => (trigger === 'message' || at.getTime() < from ? [] : [{ trigger, at }]))
}

const newest = (a: Opening, b: Opening) => b.at.getTime() - a.at.getTime()
