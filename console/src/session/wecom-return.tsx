import { Button, Spin } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { call, session } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import type { ApiProblem } from '../api/problem.js'
import { asProblem } from '../api/use-call.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { Front } from './front.js'
import { SecondFactor } from './second-factor.js'

/** One request for a code, however often the page is drawn: WeCom gives it for one use. */
const asked = new Map<string, Promise<Answer<'endWecomSignIn'>>>()

/** `/wecom?code=…&state=…`: where WeCom sends people back to after the scan. */
export function WecomReturn() {
  const { t } = useWords()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [problem, setProblem] = useState<ApiProblem>()
  const [second, setSecond] = useState(false)
  const code = search.get('code') ?? ''
  const state = search.get('state') ?? ''

  useEffect(() => {
    const asking = asked.get(code) ?? call('endWecomSignIn', { body: { code, state } })
    asked.set(code, asking)
    asking.then(
      (answer) => {
        if (answer.state === 'second-factor') return setSecond(true)
        session.entered(answer.me)
        navigate('/', { replace: true })
      },
      (error: unknown) => setProblem(asProblem(error)),
    )
  }, [code, state, navigate])

  return (
    <Front title={t('wecom.title')}>
      {second ? (
        <SecondFactor
          entered={(me) => {
            session.entered(me)
            navigate('/', { replace: true })
          }}
          over={() => navigate('/')}
        />
      ) : problem ? (
        <>
          <ProblemAlert problem={problem} />
          <Button block onClick={() => navigate('/', { replace: true })}>
            {t('welcome.sign-in')}
          </Button>
        </>
      ) : (
        <Spin size="large" className="center" />
      )}
    </Front>
  )
}
