import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { useMay } from '../../session/use-session.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** A text as a machine wrote it. With `reveal`, the path of its answer, it can be shown unmasked to who may, for a reason. */
export function Raw({ title, about, text, reveal }: { title: string; about?: string; text: string; reveal?: string }) {
  const { t } = useWords()
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const [whole, setWhole] = useState<string>()
  return (
    <section className="panel">
      <header>
        <h2>{title}</h2>
        <span className="quiet">{about}</span>
      </header>
      <pre className="raw" data-testid="raw">
        {whole ?? text}
      </pre>
      {reveal !== undefined && whole === undefined && may('personal:reveal') && (
        <Button size="small" onClick={() => setAsking(true)}>
          {t('raw.reveal')}
        </Button>
      )}
      {asking && reveal !== undefined && <Why path={reveal} close={() => setAsking(false)} shown={setWhole} />}
    </section>
  )
}

function Why({ path, close, shown }: { path: string; close(): void; shown(text: string): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<ApiProblem>()
  async function go(): Promise<void> {
    const ask = { path, field: 'envelope', reason: reason.trim() }
    const done = await act(async () => shown((await call('revealField', { body: ask })).value), undefined, setProblem)
    if (done) close()
  }
  return (
    <Modal
      open
      title={t('raw.reveal')}
      onCancel={close}
      onOk={go}
      okText={t('raw.show')}
      okButtonProps={{ loading: busy, disabled: reason.trim() === '' }}
      cancelText={t('act.cancel')}
    >
      <div className="stack">
        <p>{t('raw.about')}</p>
        {problem && <ProblemAlert problem={problem} />}
        <Input
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          placeholder={t('raw.why')}
          aria-label={t('raw.why')}
          maxLength={200}
        />
      </div>
    </Modal>
  )
}
