/** What is known about the conversations of a staff member when they write without a number. */
export interface Situation {
  /** The ids of what they hold. */
  held: readonly string[]
  /** The last one they wrote to, or chose. */
  wrote?: { conversation: string; at: Date } | undefined
  /** When they were last told something of each. */
  told: Readonly<Record<string, Date>>
  now: Date
}

/** The one that is meant, or that it has to be asked. */
export type Current = { conversation: string } | { ask: readonly string[] } | 'none'

/** So long after a message of another conversation arrived, a line may still be meant for the one before. */
export const TYPING_MS = 60_000
/** Who has not written in a conversation for so long is not typing into it. */
export const STALE_MS = 600_000

/**
 * Which conversation a line without a number is meant for: the last one they wrote to or were told of. What somebody
 * else wrote while they were typing must not catch their line, so then, and when several wait for them, they are asked.
 */
export function currentOf({ held, wrote, told, now }: Situation): Current {
  const [only] = held
  if (only === undefined) return 'none'
  if (held.length === 1) return { conversation: only }
  const last = wrote && held.includes(wrote.conversation) ? wrote : undefined
  const toldAt = (id: string) => told[id]?.getTime() ?? 0
  const waiting = held.filter((id) => toldAt(id) > (last?.at.getTime() ?? 0))
  const [next] = waiting
  if (next === undefined) return last ? { conversation: last.conversation } : { ask: held }
  if (waiting.length > 1) {
    return { ask: last && !waiting.includes(last.conversation) ? [...waiting, last.conversation] : waiting }
  }
  if (last === undefined || next === last.conversation) return { conversation: next }
  const typing = now.getTime() - toldAt(next) < TYPING_MS && now.getTime() - last.at.getTime() < STALE_MS
  return typing ? { ask: [next, last.conversation] } : { conversation: next }
}
