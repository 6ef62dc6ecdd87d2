import { useCallback, useEffect, useRef, useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { InboxRow, ThreadEntry } from '../../api/types.js'
import { asProblem } from '../../api/use-call.js'
import type { StreamState } from '../../live/stream.js'
import { merged, type Queue } from './rows.js'
import { useDeskStream } from './use-stream.js'

/** How often the lists are read anew while the stream is down, in ms. */
const DOWN_MS = 10_000
/** News within so many ms are followed by one reading of the counts. */
const SETTLE_MS = 400

/** What the parts of the page are told of a conversation. */
export interface ThreadNews {
  entry?: ThreadEntry
  row?: InboxRow
  /** Read everything anew. */
  again?: true
}

/** The lists of the inbox, live. */
export interface InboxState {
  list: Answer<'listInbox'> | undefined
  problem: ApiProblem | undefined
  stream: StreamState
  again(): void
  /** Tells a thread its news; gives the way to stop. */
  listen(conversation: string, told: (news: ThreadNews) => void): () => void
}

/** Follows a queue. `heard`: told of each conversation that changed, with how it stood before where that is known. */
export function useInbox(
  queue: Queue,
  staff: string,
  heard: (row: InboxRow, before: InboxRow | undefined) => void,
): InboxState {
  const [list, setList] = useState<{ of: Queue; data: Answer<'listInbox'> }>()
  const [problem, setProblem] = useState<ApiProblem>()
  const [round, setRound] = useState(0)
  const listeners = useRef(new Set<{ conversation: string; told(news: ThreadNews): void }>())
  const known = useRef(new Map<string, InboxRow>())
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined)
  const again = useCallback(() => setRound((before) => before + 1), [])

  useEffect(() => {
    const control = new AbortController()
    call('listInbox', {
      query: { queue },
      signal: control.signal,
      ...(round > 0 && { background: true as const }),
    }).then(
      (data) => {
        if (control.signal.aborted) return
        for (const row of data.rows) known.current.set(row.conversation._id, row)
        setList({ of: queue, data })
        setProblem(undefined)
      },
      (error: unknown) => {
        if (!control.signal.aborted) setProblem(asProblem(error))
      },
    )
    return () => control.abort()
  }, [queue, round])

  const stream = useDeskStream({
    conversation(row) {
      const id = row.conversation._id
      heard(row, known.current.get(id))
      known.current.set(id, row)
      setList(
        (before) =>
          before && { ...before, data: { ...before.data, rows: merged(before.data.rows, row, before.of, staff) } },
      )
      for (const one of listeners.current) if (one.conversation === id) one.told({ row })
      clearTimeout(settling.current)
      settling.current = setTimeout(again, SETTLE_MS)
    },
    entry(entry) {
      for (const one of listeners.current) if (one.conversation === entry.conversation) one.told({ entry })
    },
    again() {
      again()
      for (const one of listeners.current) one.told({ again: true })
    },
  })

  useEffect(() => {
    if (stream === 'open') return undefined
    const timer = setInterval(() => {
      again()
      for (const one of listeners.current) one.told({ again: true })
    }, DOWN_MS)
    return () => clearInterval(timer)
  }, [stream, again])
  useEffect(() => () => clearTimeout(settling.current), [])

  const listen = useCallback((conversation: string, told: (news: ThreadNews) => void) => {
    const one = { conversation, told }
    listeners.current.add(one)
    return () => {
      listeners.current.delete(one)
    }
  }, [])
  return { list: list?.of === queue ? list.data : undefined, problem, stream, again, listen }
}
