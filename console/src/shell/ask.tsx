import { Alert, Button, Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import type { ApiProblem } from '../api/problem.js'
import { useAct } from '../api/use-act.js'
import { useDraft } from '../state/use-draft.js'
import { useWords } from '../words/use-words.js'
import { ProblemAlert } from './problem.js'

/** The least that counts as a reason: the API asks for as many characters. */
export const LEAST_REASON = 5

interface Asked {
  label: string
  title: string
  about?: ReactNode
  danger?: boolean
  primary?: boolean
  size?: 'small'
  /** The name of the draft, unique for what is acted on; without one no reason is asked. */
  draft?: string
  /** So many characters make a reason that counts; without it the why may be left out. */
  least?: number
  done?: string
  /** False: something else in the dialog is still missing. */
  ready?: boolean
  act(note: string): Promise<unknown>
  after?(): void
  /** Further fields of the dialog. */
  children?: ReactNode
}

/** A button that asks before it acts; with `draft` it also asks why, and what is typed there is kept until it is sent. */
export function Ask(props: Asked) {
  const { label, danger = false, primary = false, size } = props
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        danger={danger}
        type={primary ? 'primary' : 'default'}
        {...(size && { size })}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {open && <Question {...props} close={() => setOpen(false)} />}
    </>
  )
}

function Question(props: Asked & { close(): void }) {
  const { title, about, danger = false, draft, least = 0, done, ready = true, label, act: doing, after, close } = props
  const { t, moment } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const { value, set, drop, restored } = useDraft(draft ?? 'none', '')
  const enough = ready && [...value.trim()].length >= least
  const why = t(least > 0 ? 'ask.reason' : 'ask.why')

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
        {about}
        {problem && <ProblemAlert problem={problem} />}
        {props.children}
        {draft !== undefined && (
          <>
            {restored && value !== '' && (
              <Alert type="info" showIcon title={t('draft.restored', { at: moment(restored) })} />
            )}
            <Input.TextArea
              value={value}
              onChange={({ target }) => set(target.value)}
              placeholder={why}
              aria-label={why}
              maxLength={least > 0 ? 200 : 500}
              rows={3}
              data-testid={least > 0 ? 'reason' : 'note'}
            />
          </>
        )}
      </div>
    </Modal>
  )
}
