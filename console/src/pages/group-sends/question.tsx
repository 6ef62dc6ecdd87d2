import { Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { plain } from './refusal.js'

/**
 * Asks before something is done with a group send. It stays until it is answered, whatever the page behind it reads
 * meanwhile; a refusal stands in it, and what was in the way is read anew behind it.
 */
export function Question(props: {
  title: string
  ok: string
  danger?: boolean
  done: string
  /** The name of the draft of a reason; without one none is asked. */
  draft?: string
  act(note: string): Promise<unknown>
  close(): void
  again(): void
  children: ReactNode
}) {
  const { title, ok, danger = false, done, draft, act: doing, close, again, children } = props
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const { value, set, drop } = useDraft(draft ?? 'none', '')
  async function go(): Promise<void> {
    setProblem(undefined)
    const did = await act(
      () => doing(value.trim()),
      done,
      (found) => setProblem(plain(found)),
    )
    again()
    if (!did) return
    drop()
    close()
  }
  return (
    <Modal
      open
      title={title}
      okText={ok}
      okButtonProps={{ danger, loading: busy, disabled: problem?.status === 409 }}
      cancelText={t('act.cancel')}
      onOk={go}
      onCancel={close}
    >
      <div className="stack">
        {children}
        {draft !== undefined && (
          <Input.TextArea
            value={value}
            rows={2}
            maxLength={500}
            placeholder={t('ask.why')}
            aria-label={t('ask.why')}
            onChange={({ target }) => set(target.value)}
          />
        )}
        {problem && <ProblemAlert problem={problem} />}
      </div>
    </Modal>
  )
}
