import { useEffect, useState } from 'react'
import { call, pause } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { ComparedMenu } from '../../api/types.js'
import { asProblem } from '../../api/use-call.js'

const TYPING_MS = 500

/** A menu that is being written, compared with what is on WeChat when typing pauses. */
export function useCompare(account: string, slug: string, definition: unknown) {
  const asked = JSON.stringify([account, slug, definition])
  const [state, setState] = useState<{ of?: string; found?: ComparedMenu; problem?: ApiProblem }>({})
  useEffect(() => {
    const control = new AbortController()
    const { signal } = control
    const ask = async () => {
      await pause(TYPING_MS, signal)
      const [to, name, menu] = JSON.parse(asked)
      const found = await call('compareMenu', {
        params: { account: to },
        body: { slug: name, definition: menu },
        signal,
      })
      setState({ of: asked, found })
    }
    ask().catch((error: unknown) => {
      if (!signal.aborted) setState((before) => ({ ...before, of: asked, problem: asProblem(error) }))
    })
    return () => control.abort()
  }, [asked])
  return { ...state, busy: state.of !== asked }
}
