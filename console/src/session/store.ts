import type { Me } from '../api/types.js'

/** Who uses the page. `ended`: the session ended in the middle of work; the page stays and asks for a new one. */
export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'out' }
  | { readonly kind: 'in'; readonly me: Me }
  | { readonly kind: 'ended'; readonly me: Me }

/** The page's session; `subscribe` and `state` are what `useSyncExternalStore` takes. */
export interface Session {
  state(): SessionState
  subscribe(told: () => void): () => void
  /** Somebody signed in, or what she may was read anew. */
  entered(me: Me): void
  /** Nobody is signed in; what waited for a sign-in is given up. */
  left(): void
  csrf(): string | undefined
  /**
   * The server knows no session for a request that was made under `csrf`. Resolves to true as soon as the same person is
   * signed in (at once if she has been meanwhile), to false when somebody else is, or nobody.
   */
  reenter(csrf: string | undefined): Promise<boolean>
}

/** Makes the page's session; nothing is known at first. */
export function createSession(): Session {
  let state: SessionState = { kind: 'loading' }
  const listeners = new Set<() => void>()
  let waiting: ((again: boolean) => void)[] = []

  function become(next: SessionState): void {
    state = next
    for (const told of [...listeners]) told()
  }
  function release(again: boolean): void {
    const released = waiting
    waiting = []
    for (const go of released) go(again)
  }
  const me = () => (state.kind === 'in' || state.kind === 'ended' ? state.me : undefined)

  return {
    state: () => state,
    subscribe(told) {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    entered(now) {
      const before = me()
      become({ kind: 'in', me: now })
      release(before?.person.id === now.person.id)
    },
    left() {
      become({ kind: 'out' })
      release(false)
    },
    csrf: () => me()?.csrf,
    reenter(csrf) {
      if (state.kind === 'in' && state.me.csrf !== csrf) return Promise.resolve(true)
      if (state.kind !== 'in' && state.kind !== 'ended') return Promise.resolve(false)
      if (state.kind === 'in') become({ kind: 'ended', me: state.me })
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}

/** Whether somebody may do what needs the scope; `admin` may everything of the API. */
export const may = (me: Pick<Me, 'scopes'>, scope: string): boolean =>
  me.scopes.includes(scope) || (me.scopes.includes('admin') && !PERSON.has(scope))

const PERSON: ReadonlySet<string> = new Set([
  'account:own',
  'people:read',
  'people:write',
  'audit:read',
  'personal:reveal',
])
