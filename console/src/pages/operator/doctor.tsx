import { CheckCircleTwoTone, CloseCircleTwoTone, WarningTwoTone } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { useAct } from '../../api/use-act.js'
import { Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

const MARKS = {
  ok: <CheckCircleTwoTone twoToneColor="#1aa567" />,
  warn: <WarningTwoTone twoToneColor="#d48806" />,
  fail: <CloseCircleTwoTone twoToneColor="#cf1322" />,
} as const

/** The same checks as `weloop doctor`, with what to change and where. */
export function Doctor({ id, after }: { id: string; after(): void }) {
  const { t, both } = useWords()
  const { busy, act } = useAct()
  const [found, setFound] = useState<Answer<'examineAccount'>>()
  const worst = found?.findings.some(({ state }) => state === 'fail')
    ? 'fail'
    : found?.findings.some(({ state }) => state === 'warn')
      ? 'warn'
      : 'ok'
  async function examine(): Promise<void> {
    await act(async () => setFound(await call('examineAccount', { params: { id } })))
    after()
  }
  return (
    <section className="panel">
      <header>
        <h2>{t('doctor.title')}</h2>
        <Button type="primary" loading={busy} onClick={examine} data-testid="doctor">
          {t(found ? 'doctor.again' : 'doctor.run')}
        </Button>
      </header>
      {!found && <p className="quiet">{t('doctor.about')}</p>}
      {found && (
        <div className="stack" data-testid="findings" data-state={worst}>
          <Alert
            showIcon
            type={worst === 'fail' ? 'error' : worst === 'warn' ? 'warning' : 'success'}
            title={t(worst === 'fail' ? 'doctor.fail' : worst === 'warn' ? 'doctor.warn' : 'doctor.ok')}
            description={<Moment at={found.at} />}
          />
          <ul className="rows">
            {found.findings.map(({ check, state, found: said, fix }) => (
              <li key={check} data-check={check} data-state={state}>
                {MARKS[state]}
                <div className="grow">
                  <div>{both(said)}</div>
                  {state !== 'ok' && fix && (
                    <div>
                      <b>{t('doctor.fix')}</b> {both(fix)}
                    </div>
                  )}
                </div>
                <code className="quiet">{check}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
