import { Button, Form, Input, Result, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call, session } from '../api/browser.js'
import type { ApiProblem } from '../api/problem.js'
import { useAct } from '../api/use-act.js'
import { useCall } from '../api/use-call.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { Front } from './front.js'
import { PasswordFields } from './password-fields.js'
import { SecondFactor } from './second-factor.js'

/** Read once, and taken out of the address and the history at the same time. */
const token = takeToken()

function takeToken(): string {
  const found = location.hash.slice(1)
  if (found !== '') history.replaceState(null, '', location.pathname)
  return found
}

/** `/welcome#<token>`: the one-time link of the first owner, of somebody invited, or of a reset. */
export function Welcome() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [second, setSecond] = useState(false)
  const link = useCall('lookAtLink', token === '' ? undefined : { body: { token } })
  const { data } = link

  if (token === '' || link.problem) {
    return (
      <Front title={t('welcome.title')}>
        {link.problem && link.problem.status !== 410 ? (
          <ProblemAlert problem={link.problem} again={link.again} />
        ) : (
          <Result status="warning" title={t('welcome.gone')} subTitle={t('welcome.gone.more')} />
        )}
        <Button block onClick={() => navigate('/')}>
          {t('welcome.sign-in')}
        </Button>
      </Front>
    )
  }
  if (!data) {
    return (
      <Front title={t('welcome.title')}>
        <Skeleton active />
      </Front>
    )
  }
  const enter = (me: Parameters<typeof session.entered>[0]) => {
    session.entered(me)
    navigate('/', { replace: true })
  }
  if (second) {
    return (
      <Front title={t('welcome.title')}>
        <SecondFactor entered={enter} over={() => navigate('/')} />
      </Front>
    )
  }
  const owner = data.kind === 'owner'
  return (
    <Front title={t(`welcome.${data.kind}`)}>
      <p className="quiet">{t(`welcome.${data.kind}.about`, { name: data.name ?? '', login: data.login ?? '' })}</p>
      {problem && <ProblemAlert problem={problem} />}
      <Form
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        onFinish={({ login, name, password }: { login: string; name: string; password: string }) =>
          act(
            async () => {
              const body = owner ? { token, password, login, name } : { token, password }
              const answer = await call('useLink', { body })
              if (answer.state === 'signed-in') enter(answer.me)
              else setSecond(true)
            },
            undefined,
            setProblem,
          )
        }
      >
        {owner && (
          <>
            <Form.Item
              name="login"
              label={t('sign-in.login')}
              extra={t('welcome.login.about')}
              rules={[{ required: true, message: t('form.required') }]}
            >
              <Input size="large" autoComplete="username" autoFocus maxLength={64} />
            </Form.Item>
            <Form.Item name="name" label={t('welcome.name')} rules={[{ required: true, message: t('form.required') }]}>
              <Input size="large" autoComplete="name" maxLength={64} />
            </Form.Item>
          </>
        )}
        <PasswordFields />
        <Button type="primary" size="large" block htmlType="submit" loading={busy}>
          {t(`welcome.${data.kind}.go`)}
        </Button>
      </Form>
    </Front>
  )
}
