import { useEffect, useRef, useState } from 'react'
import { pause, session } from '../../api/browser.js'
import type { InboxRow, ThreadEntry } from '../../api/types.js'
import { follow, type StreamState } from '../../live/stream.js'

/** What the stream of the desk tells. */
export interface DeskNews {
  conversation(row: InboxRow): void
  entry(entry: ThreadEntry): void
  /** Something may be missing: read everything anew. */
  again(): void
}

/**
 * Follows the desk while the component is there; the listener may change. A page that is left lets go of its connection at
 * once, also where the browser keeps it for the way back: a browser has six for a host.
 */
export function useDeskStream(listener: DeskNews): StreamState {
  const [state, setState] = useState<StreamState>('down')
  const told = useRef(listener)
  told.current = listener
  const [round, setRound] = useState(0)
  useEffect(() => {
    const control = new AbortController()
    let broke = round > 0
    const leave = () => control.abort()
    const back = ({ persisted }: PageTransitionEvent) => persisted && setRound((before) => before + 1)
    addEventListener('pagehide', leave)
    addEventListener('pageshow', back)
    void follow(
      '/api/v1/desk/stream',
      { fetch: (input, init) => fetch(input, init), pause, reenter: () => session.reenter(session.csrf()) },
      {
        signal: control.signal,
        state(now) {
          if (control.signal.aborted) return
          setState(now)
          if (now === 'open' && broke) told.current.again()
          broke = now === 'down'
        },
        event({ type, data }) {
          if (type === 'conversation') told.current.conversation(JSON.parse(data) as InboxRow)
          else if (type === 'entry') told.current.entry(JSON.parse(data) as ThreadEntry)
          else if (type === 'reset') told.current.again()
        },
      },
    )
    return () => {
      control.abort()
      removeEventListener('pagehide', leave)
      removeEventListener('pageshow', back)
    }
  }, [round])
  return state
}
