import { App, Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { CalendarEntry } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** Asks before a push is put at another time; the API checks the time and the approval. */
export function MoveQuestion(props: { entry: CalendarEntry; at: string; close(): void; after(): void }) {
  const { entry, at, close, after } = props
  const { t, number } = useWords()
  const { message } = App.useApp()
  const { busy, act } = useAct()
  const [time, setTime] = useState(at)
  const [problem, setProblem] = useState<ApiProblem>()
  const options = useCall('campaignOptions', {})
  async function go(): Promise<void> {
    setProblem(undefined)
    const done = await act(
      async () => {
        const body = { version: entry.version ?? 1, at: time }
        const { state } = await call('moveCampaign', { params: { id: entry.id }, body })
        if (!entry.tentative && state === 'draft') message.warning(t('calendar.moved.draft'), 6)
        else message.success(t('calendar.moved'))
      },
      undefined,
      setProblem,
    )
    if (!done) return
    close()
    after()
  }
  return (
    <Modal
      open
      title={t('calendar.move.title', { name: entry.name })}
      okText={t('calendar.move')}
      okButtonProps={{ loading: busy, disabled: time === '' }}
      cancelText={t('act.cancel')}
      onOk={go}
      onCancel={close}
    >
      <div className="stack">
        <Input
          type="datetime-local"
          aria-label={t('calendar.move.time')}
          value={time}
          onChange={({ target }) => setTime(target.value)}
        />
        {options.data && (
          <p className="quiet">{t('calendar.move.approval', { n: number(options.data.approvalAbove) })}</p>
        )}
        {problem && <ProblemAlert problem={problem} />}
      </div>
    </Modal>
  )
}
