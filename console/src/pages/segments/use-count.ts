import { useEffect, useState } from 'react'
import { call, pause } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { asProblem } from '../../api/use-call.js'
import type { Draft } from './tree.js'

/** How many a rule means, as far as that is known. */
export interface LiveCount {
  /** The last answer; it stays while the next one is counted. */
  found?: Answer<'countSegment'>
  /** Of the rule as it is now. */
  problem?: ApiProblem
  counting: boolean
  /** The last answer is of an earlier rule. */
  stale: boolean
}

const TYPING_MS = 450

/** Counts while somebody types: asked when typing pauses, a question that has become stale is withdrawn. */
export function useCount(rule: Draft, may: boolean): LiveCount {
  const text = JSON.stringify(rule)
  const [state, setState] = useState<{ of?: string; found?: Answer<'countSegment'>; problem?: ApiProblem }>({})
  useEffect(() => {
    if (!may) return
    const control = new AbortController()
    const { signal } = control
    const ask = async () => {
      await pause(TYPING_MS, signal)
      const found = await call('countSegment', { body: { rule: JSON.parse(text), sample: 5 }, signal })
      setState({ of: text, found })
    }
    ask().catch((error: unknown) => {
      if (!signal.aborted) setState((before) => ({ ...before, of: text, problem: asProblem(error) }))
    })
    return () => control.abort()
  }, [text, may])
  const current = state.of === text
  return {
    ...(state.found && { found: state.found }),
    ...(current && state.problem && { problem: state.problem }),
    counting: may && !current,
    stale: !current || state.problem !== undefined,
  }
}
