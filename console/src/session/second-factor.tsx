import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { call } from '../api/browser.js'
import type { ApiProblem } from '../api/problem.js'
import type { Me } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'

/** The six digits of the app, or a recovery code. `over`: it took too long, begin again. */
export function SecondFactor({ entered, over }: { entered(me: Me): void; over(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [recovery, setRecovery] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()

  function refused(found: ApiProblem): void {
    if (found.code === 'second-factor.ended') over()
    else setProblem(found)
  }
  const prove = (body: { code: string } | { recovery: string }) =>
    act(
      async () => {
        const answer = await call('proveSecondFactor', { body })
        if (answer.state === 'signed-in') entered(answer.me)
      },
      undefined,
      refused,
    )

  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={({ code }: { code: string }) => prove(recovery ? { recovery: code.trim() } : { code: code.trim() })}
    >
      {problem && <ProblemAlert problem={problem} />}
      <p className="quiet">{recovery ? t('second.recovery.about') : t('second.about')}</p>
      <Form.Item
        name="code"
        label={recovery ? t('second.recovery') : t('second.code')}
        rules={[
          recovery
            ? { required: true, message: t('form.required') }
            : { required: true, pattern: /^\s*\d{6}\s*$/, message: t('second.digits') },
        ]}
      >
        <Input
          key={recovery ? 'recovery' : 'code'}
          size="large"
          autoFocus
          autoComplete="one-time-code"
          inputMode={recovery ? 'text' : 'numeric'}
          maxLength={recovery ? 32 : 8}
          className="code"
        />
      </Form.Item>
      <Button type="primary" size="large" block htmlType="submit" loading={busy}>
        {t('sign-in.go')}
      </Button>
      <Button type="link" block onClick={() => setRecovery(!recovery)}>
        {recovery ? t('second.use-code') : t('second.use-recovery')}
      </Button>
    </Form>
  )
}
