import { Alert, Button, Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'

/** The least that counts as a reason. */
const LEAST = 5

interface Asked {
  label: string
  title: string
  about?: ReactNode
  danger?: boolean
  size?: 'small'
  /** The name of the draft, unique for what is acted on. */
  draft: string
  done?: string
  /** False: something else in the dialog is still missing. */
  ready?: boolean
  act(reason: string): Promise<unknown>
  after?(): void
  /** Further fields of the dialog. */
  children?: ReactNode
}

/** A button that asks for a reason before it acts; what is typed is kept until it is sent. */
export function ReasonAsk(props: Asked) {
  const { label, danger = false, size } = props
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button danger={danger} {...(size && { size })} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {open && <Question {...props} close={() => setOpen(false)} />}
    </>
  )
}

function Question(props: Asked & { close(): void }) {
  const { label, title, about, danger = false, draft, done, ready = true, act: doing, after, close, children } = props
  const { t, moment } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const { value, set, drop, restored } = useDraft(draft, '')
  const enough = ready && [...value.trim()].length >= LEAST

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
      okButtonProps={{ danger, loading: busy, disabled: !enough }}
      cancelText={t('act.cancel')}
    >
      <div className="stack">
        {about !== undefined && <div className="quiet">{about}</div>}
        {problem && <ProblemAlert problem={problem} />}
        {children}
        {restored && value !== '' && (
          <Alert type="info" showIcon title={t('draft.restored', { at: moment(restored) })} />
        )}
        <Input.TextArea
          value={value}
          onChange={({ target }) => set(target.value)}
          placeholder={t('cust.reason')}
          aria-label={t('cust.reason')}
          maxLength={200}
          rows={3}
          data-testid="reason"
        />
      </div>
    </Modal>
  )
}
