import { useCallback, useEffect, useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { Conversation, ConversationWindow, ThreadEntry } from '../../api/types.js'
import { asProblem } from '../../api/use-call.js'
import { mergedEntries } from './rows.js'
import type { InboxState } from './use-inbox.js'

const PAGE = 50

/** A conversation with what was said, live. */
export interface Thread {
  conversation: Conversation | undefined
  entries: ThreadEntry[]
  window: ConversationWindow | undefined
  /** There may be earlier ones. */
  more: boolean
  problem: ApiProblem | undefined
  earlier(): Promise<void>
  /** What the server answered to an act. */
  stands(conversation: Conversation): void
  add(entry: ThreadEntry): void
}

/** Follows a conversation. */
export function useThread(id: string, listen: InboxState['listen']): Thread {
  const [conversation, setConversation] = useState<Conversation>()
  const [entries, setEntries] = useState<ThreadEntry[]>([])
  const [window, setWindow] = useState<ConversationWindow>()
  const [more, setMore] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const [round, setRound] = useState(0)
  const [windowRound, setWindowRound] = useState(0)

  useEffect(() => {
    const { signal, abort } = control()
    const background = round > 0 && { background: true as const }
    Promise.all([
      call('getConversation', { params: { id }, signal, ...background }),
      call('readThread', { params: { id }, query: { limit: PAGE }, signal, ...background }),
    ]).then(
      ([found, { entries: read }]) => {
        if (signal.aborted) return
        setConversation(found)
        setEntries((before) => mergedEntries(before, read))
        if (round === 0) setMore(read.length === PAGE)
        setProblem(undefined)
      },
      (error: unknown) => {
        if (!signal.aborted) setProblem(asProblem(error))
      },
    )
    return abort
  }, [id, round])

  useEffect(() => {
    const { signal, abort } = control()
    const background = windowRound > 0 && { background: true as const }
    call('getConversationWindow', { params: { id }, signal, ...background }).then(
      (found) => {
        if (!signal.aborted) setWindow(found)
      },
      () => undefined,
    )
    return abort
  }, [id, windowRound])

  useEffect(
    () =>
      listen(id, ({ entry, row, again }) => {
        if (entry) {
          setEntries((before) => mergedEntries(before, [entry]))
          setWindowRound((before) => before + 1)
        }
        if (row) setConversation(row.conversation)
        if (again) setRound((before) => before + 1)
      }),
    [id, listen],
  )

  const earlier = useCallback(async () => {
    const before = entries[0]?.seq
    if (before === undefined) return
    const { entries: read } = await call('readThread', { params: { id }, query: { before, limit: PAGE } })
    setEntries((now) => mergedEntries(now, read))
    setMore(read.length === PAGE)
  }, [id, entries])
  const stands = useCallback((now: Conversation) => setConversation(now), [])
  const add = useCallback((entry: ThreadEntry) => setEntries((before) => mergedEntries(before, [entry])), [])
  return { conversation, entries, window, more, problem, earlier, stands, add }
}

function control() {
  const made = new AbortController()
  return { signal: made.signal, abort: () => made.abort() }
}
