import { Alert, Button, Card, Form, Input, Modal, Tag } from 'antd'
import { useState } from 'react'
import { call, session } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { RecoveryCodes } from '../../session/recovery-codes.js'
import { TotpSetUp } from '../../session/totp-set-up.js'
import { useMe } from '../../session/use-session.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

type Doing = 'on' | 'off' | 'codes'

/** The second factor: on, off, new recovery codes. */
export function SecondFactorCard() {
  const { t } = useWords()
  const { secondFactor } = useMe()
  const [doing, setDoing] = useState<Doing>()
  const close = () => setDoing(undefined)
  return (
    <Card
      size="small"
      title={t('totp.title')}
      extra={<Tag color={secondFactor.on ? 'success' : 'warning'}>{secondFactor.on ? t('on') : t('off')}</Tag>}
    >
      <div className="stack">
        <p className="quiet">{t('totp.about')}</p>
        {secondFactor.on && secondFactor.recoveryLeft < 3 && (
          <Alert type="warning" showIcon title={t('recovery.few', { n: secondFactor.recoveryLeft })} />
        )}
        <div className="actions">
          {!secondFactor.on && (
            <Button type="primary" onClick={() => setDoing('on')}>
              {t('totp.turn-on')}
            </Button>
          )}
          {secondFactor.on && <Button onClick={() => setDoing('codes')}>{t('recovery.new')}</Button>}
          {secondFactor.on && !secondFactor.required && (
            <Button danger onClick={() => setDoing('off')}>
              {t('totp.turn-off')}
            </Button>
          )}
        </div>
      </div>
      <Modal open={doing !== undefined} title={t('totp.title')} footer={null} onCancel={close} destroyOnHidden>
        {doing === 'on' && (
          <TotpSetUp
            done={(me) => {
              session.entered(me)
              close()
            }}
          />
        )}
        {doing === 'codes' && <NewCodes close={close} />}
        {doing === 'off' && <TurnOff close={close} />}
      </Modal>
    </Card>
  )
}

function NewCodes({ close }: { close(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [codes, setCodes] = useState<string[]>()
  const [problem, setProblem] = useState<ApiProblem>()
  if (codes) return <RecoveryCodes codes={codes} kept={close} />
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={({ password }: { password: string }) =>
        act(
          async () => {
            setCodes((await call('newRecoveryCodes', { body: { password } })).recovery)
            session.entered(await call('getSession', {}))
          },
          undefined,
          setProblem,
        )
      }
    >
      {problem && <ProblemAlert problem={problem} />}
      <Form.Item
        name="password"
        label={t('password.current')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input.Password autoComplete="current-password" size="large" />
      </Form.Item>
      <Button type="primary" block size="large" htmlType="submit" loading={busy}>
        {t('recovery.new')}
      </Button>
    </Form>
  )
}

function TurnOff({ close }: { close(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={(body: { password: string; code: string }) =>
        act(
          async () => {
            session.entered(await call('endTotp', { body }))
            close()
          },
          t('act.done'),
          setProblem,
        )
      }
    >
      {problem && <ProblemAlert problem={problem} />}
      <Form.Item
        name="password"
        label={t('password.current')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input.Password autoComplete="current-password" size="large" />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('second.code')}
        rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('second.digits') }]}
      >
        <Input inputMode="numeric" autoComplete="one-time-code" size="large" maxLength={8} className="code" />
      </Form.Item>
      <Button danger block size="large" htmlType="submit" loading={busy}>
        {t('totp.turn-off')}
      </Button>
    </Form>
  )
}
