import { Alert, Button, Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import type { ApiProblem } from '../api/problem.js'
import { useAct } from '../api/use-act.js'
import { useDraft } from '../state/use-draft.js'
import { useWords } from '../words/use-words.js'
import { ProblemAlert } from './problem.js'

/** A button that asks before it acts; with `draft` it also asks why, and what is typed there is kept until it is sent. */
export function Ask(props: {
  label: string
  title: string
  about?: ReactNode
  danger?: boolean
  primary?: boolean
  /** The name of the draft, unique for what is acted on; without one no reason is asked. */
  draft?: string
  done: string
  act(note: string): Promise<unknown>
  after?(): void
}) {
  const { label, danger = false, primary = false } = props
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button danger={danger} type={primary ? 'primary' : 'default'} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {open && <Question {...props} close={() => setOpen(false)} />}
    </>
  )
}

function Question(props: Parameters<typeof Ask>[0] & { close(): void }) {
  const { title, about, danger = false, draft, done, label, act: doing, after, close } = props
  const { t, moment } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const { value, set, drop, restored } = useDraft(draft ?? 'none', '')

  async function go(): Promise<void> {
    if (!(await act(() => doing(value.trim()), done, setProblem))) return
    drop()
    close()
    after?.()
  }
  return (
    <Modal
      open
      title={title}
      onCancel={close}
      onOk={go}
      okText={label}
      okButtonProps={{ danger, loading: busy }}
      cancelText={t('act.cancel')}
    >
      <div className="stack">
        {about}
        {problem && <ProblemAlert problem={problem} />}
        {draft !== undefined && (
          <>
            {restored && value !== '' && (
              <Alert type="info" showIcon title={t('draft.restored', { at: moment(restored) })} />
            )}
            <Input.TextArea
              value={value}
              onChange={({ target }) => set(target.value)}
              placeholder={t('ask.why')}
              aria-label={t('ask.why')}
              maxLength={500}
              rows={3}
              data-testid="note"
            />
          </>
        )}
      </div>
    </Modal>
  )
}
