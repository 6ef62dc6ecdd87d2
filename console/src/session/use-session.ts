import { useSyncExternalStore } from 'react'
import { session } from '../api/browser.js'
import type { Me } from '../api/types.js'
import { may, type SessionState } from './store.js'

/** Who uses the page. */
export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.state)

/** The person who is (or just was) signed in; only inside of the shell. Throws where there is none. */
export function useMe(): Me {
  const state = useSession()
  if (state.kind === 'in' || state.kind === 'ended') return state.me
  throw new Error('nobody is signed in')
}

/** Whether she may do what needs the scope. */
export const useMay = (): ((scope: string) => boolean) => {
  const me = useMe()
  return (scope) => may(me, scope)
}
