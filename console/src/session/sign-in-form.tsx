import { LockOutlined, UserOutlined } from '@ant-design/icons'
import { Button, Divider, Form, Input } from 'antd'
import { useState } from 'react'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import type { ApiProblem } from '../api/problem.js'
import type { Me } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { useCall } from '../api/use-call.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { SecondFactor } from './second-factor.js'

/** Login and password, then the second factor where there is one; or WeCom. `login`: who has to sign in again. */
export function SignInForm({ entered, login }: { entered(me: Me): void; login?: string }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const [second, setSecond] = useState(false)
  const ways = useCall('signInWays', {})

  function went(answer: Answer<'signIn'>): void {
    setProblem(undefined)
    if (answer.state === 'signed-in') entered(answer.me)
    else setSecond(true)
  }
  if (second) return <SecondFactor entered={entered} over={() => setSecond(false)} />

  return (
    <>
      {ways.data?.firstOwner && (
        <div className="note" data-testid="first-owner">
          {t('sign-in.first-owner')}
        </div>
      )}
      {problem && <ProblemAlert problem={problem} />}
      <Form
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        {...(login !== undefined && { initialValues: { login } })}
        onFinish={(body: { login: string; password: string }) =>
          act(async () => went(await call('signIn', { body })), undefined, setProblem)
        }
      >
        <Form.Item name="login" label={t('sign-in.login')} rules={[{ required: true, message: t('form.required') }]}>
          <Input
            prefix={<UserOutlined />}
            size="large"
            autoComplete="username"
            autoFocus={login === undefined}
            readOnly={login !== undefined}
          />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('sign-in.password')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password
            prefix={<LockOutlined />}
            size="large"
            autoComplete="current-password"
            autoFocus={login !== undefined}
          />
        </Form.Item>
        <Button type="primary" size="large" block htmlType="submit" loading={busy}>
          {t('sign-in.go')}
        </Button>
      </Form>
      {ways.data && ways.data.wecom.length > 0 && login === undefined && (
        <>
          <Divider plain>{t('sign-in.or')}</Divider>
          {ways.data.wecom.map(({ corp, name }) => (
            <Button
              key={corp}
              block
              size="large"
              disabled={busy}
              onClick={() =>
                act(async () => {
                  const { url } = await call('startWecomSignIn', { body: { corp } })
                  location.assign(url)
                })
              }
            >
              {t('sign-in.wecom', { name })}
            </Button>
          ))}
        </>
      )}
    </>
  )
}
