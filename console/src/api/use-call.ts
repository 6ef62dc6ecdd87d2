import { useCallback, useEffect, useState } from 'react'
import { call } from './browser.js'
import type { Answer, Input, OperationName } from './client.js'
import { ApiProblem } from './problem.js'

/** What is known of an answer. Old data stays while it is asked for again. */
export interface Loaded<T> {
  data?: T
  problem?: ApiProblem
  loading: boolean
  /** Asks once more. */
  again(): void
}

/** Asks the API as long as the component is there; without an input nothing is asked. */
export function useCall<K extends OperationName>(
  name: K,
  input: Input<K> | undefined,
  { everyMs }: { everyMs?: number } = {},
): Loaded<Answer<K>> {
  const wanted = input === undefined ? undefined : JSON.stringify([name, input])
  const [round, setRound] = useState(0)
  const [state, setState] = useState<{ of?: string; data?: Answer<K>; problem?: ApiProblem; loading: boolean }>({
    loading: input !== undefined,
  })
  const again = useCallback(() => setRound((before) => before + 1), [])

  useEffect(() => {
    if (wanted === undefined || round < 0) return
    const control = new AbortController()
    const ask = (background: boolean) => {
      const [, asked] = JSON.parse(wanted) as [K, Input<K>]
      return call(name, { ...asked, signal: control.signal, ...(background && { background: true as const }) }).then(
        (data) => {
          if (!control.signal.aborted) setState({ of: wanted, data, loading: false })
        },
        (error: unknown) => {
          if (control.signal.aborted) return
          setState((before) => ({
            ...(before.of === wanted && before),
            of: wanted,
            problem: asProblem(error),
            loading: false,
          }))
        },
      )
    }
    setState((before) => (before.of === wanted ? { ...before, loading: true } : { loading: true }))
    void ask(false)
    const timer =
      everyMs === undefined
        ? undefined
        : setInterval(() => {
            if (!document.hidden) void ask(true)
          }, everyMs)
    return () => {
      control.abort()
      clearInterval(timer)
    }
  }, [name, wanted, round, everyMs])

  const current = state.of === wanted
  const { data, problem } = current ? state : {}
  const loading = current ? state.loading : wanted !== undefined
  return { ...(data !== undefined && { data }), ...(problem && { problem }), loading, again }
}

/** Anything thrown as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem(0, 'page.failed', error instanceof Error ? error.message : String(error))
}

/** The fields of an object that are given: what the API takes as absent may not be `undefined`. */
export function given<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== '')) as never
}
