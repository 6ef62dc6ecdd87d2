import { Button, Form, Input, QRCode, Steps, Typography } from 'antd'
import { useState } from 'react'
import { call } from '../api/browser.js'
import type { ApiProblem } from '../api/problem.js'
import type { Me } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { RecoveryCodes } from './recovery-codes.js'

/** Turns the second factor on: password, the code to scan, the proof, the recovery codes. */
export function TotpSetUp({ done }: { done(me: Me): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [begun, setBegun] = useState<{ secret: string; uri: string }>()
  const [ended, setEnded] = useState<{ recovery: string[]; me: Me }>()
  const [problem, setProblem] = useState<ApiProblem>()
  const step = ended ? 2 : begun ? 1 : 0

  async function run(doing: () => Promise<void>): Promise<void> {
    if (await act(doing, undefined, setProblem)) setProblem(undefined)
  }

  return (
    <div className="stack">
      <Steps
        size="small"
        current={step}
        responsive={false}
        items={[{ title: t('totp.step.password') }, { title: t('totp.step.scan') }, { title: t('totp.step.codes') }]}
      />
      {problem && <ProblemAlert problem={problem} />}
      {!begun && (
        <Form
          layout="vertical"
          requiredMark={false}
          onFinish={({ password }: { password: string }) =>
            run(async () => setBegun(await call('beginTotp', { body: { password } })))
          }
        >
          <Form.Item
            name="password"
            label={t('sign-in.password')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <Button type="primary" block size="large" htmlType="submit" loading={busy}>
            {t('act.next')}
          </Button>
        </Form>
      )}
      {begun && !ended && (
        <>
          <p className="quiet">{t('totp.scan.about')}</p>
          <div className="center">
            <QRCode value={begun.uri} type="svg" bgColor="#fff" color="#000" />
          </div>
          <Typography.Text copyable code>
            {begun.secret}
          </Typography.Text>
          <Form
            layout="vertical"
            requiredMark={false}
            onFinish={({ code }: { code: string }) =>
              run(async () => setEnded(await call('confirmTotp', { body: { code: code.trim() } })))
            }
          >
            <Form.Item
              name="code"
              label={t('second.code')}
              rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('second.digits') }]}
            >
              <Input inputMode="numeric" autoComplete="one-time-code" size="large" maxLength={8} className="code" />
            </Form.Item>
            <Button type="primary" block size="large" htmlType="submit" loading={busy}>
              {t('totp.confirm')}
            </Button>
          </Form>
        </>
      )}
      {ended && <RecoveryCodes codes={ended.recovery} kept={() => done(ended.me)} />}
    </div>
  )
}
