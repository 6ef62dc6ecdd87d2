import { App } from 'antd'
import { useCallback, useState } from 'react'
import { ProblemText } from '../shell/problem.js'
import type { ApiProblem } from './problem.js'
import { asProblem } from './use-call.js'

/** Does something on a press of a button: busy meanwhile, says when it is done, shows a refusal whole. */
export function useAct(): {
  busy: boolean
  /** True when it was done. `refused` gets a problem instead of the note that is shown otherwise. */
  act(doing: () => Promise<unknown>, done?: string, refused?: (problem: ApiProblem) => void): Promise<boolean>
} {
  const { message, notification } = App.useApp()
  const [busy, setBusy] = useState(false)
  const act = useCallback(
    async (doing: () => Promise<unknown>, done?: string, refused?: (problem: ApiProblem) => void) => {
      setBusy(true)
      try {
        await doing()
        if (done !== undefined) message.success(done)
        return true
      } catch (error) {
        const problem = asProblem(error)
        if (refused) refused(problem)
        else notification.error({ title: <ProblemText problem={problem} />, duration: 8, placement: 'top' })
        return false
      } finally {
        setBusy(false)
      }
    },
    [message, notification],
  )
  return { busy, act }
}
