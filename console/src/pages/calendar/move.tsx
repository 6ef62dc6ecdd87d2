import { App, Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { ApiProblem } from '../../api/problem.js'
import type { CalendarEntry } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { instantIn } from './instant.js'

/** One that ran through these stood approved: the move may take that back. */
const APPROVED: readonly string[] = ['approved', 'scheduled']

/**
 * Asks before a push or a group send is put at another time; the API checks the time and the approval. The time is one
 * of the shop's zone and is told as an instant: a push may be written in a zone of its own.
 */
export function MoveQuestion(props: {
  entry: CalendarEntry
  /** Local in the shop's zone. */
  at: string
  timeZone: string
  close(): void
  after(): void
}) {
  const { entry, at, timeZone, close, after } = props
  const { t, number } = useWords()
  const { message } = App.useApp()
  const { busy, act } = useAct()
  const [time, setTime] = useState(at)
  const [problem, setProblem] = useState<ApiProblem>()
  const stale = problem?.code.endsWith('.version') === true
  const send = entry.kind === 'group-send'
  const instant = instantIn(timeZone, time)
  const options = useCall('campaignOptions', send ? undefined : {})
  function tellPush({ state }: Answer<'moveCampaign'>): void {
    if (APPROVED.includes(entry.state) && state === 'draft') message.warning(t('calendar.moved.draft'), 6)
    else message.success(t('calendar.moved'))
  }
  function tellSend({ state, estimate }: Answer<'moveGroupSend'>): void {
    const capped = estimate?.skipped['over-cap'] ?? 0
    const back = APPROVED.includes(entry.state) && state === 'estimated'
    if (back) message.warning(t('calendar.moved.approve'), 6)
    if (capped > 0) message.warning(t('calendar.moved.caps', { n: number(capped) }), 6)
    if (!back && capped === 0) message.success(t('calendar.moved'))
  }
  /** In the words of this part; what somebody else has done meanwhile is shown behind the question. */
  function refused(found: ApiProblem): void {
    const { status, code, message: said } = found
    setProblem(status === 409 ? new ApiProblem(status, code, said) : found)
    if (status === 409) after()
  }
  async function go(): Promise<void> {
    if (instant === undefined) return
    setProblem(undefined)
    const done = await act(
      async () => {
        const asked = { params: { id: entry.id }, body: { version: entry.version ?? 1, at: instant } }
        if (send) tellSend(await call('moveGroupSend', asked))
        else tellPush(await call('moveCampaign', asked))
      },
      undefined,
      refused,
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
      okButtonProps={{ loading: busy, disabled: instant === undefined || stale }}
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
        <p className="quiet">{t('calendar.move.zone', { zone: timeZone })}</p>
        {time !== '' && instant === undefined && <p className="bad">{t('calendar.move.no-such-time')}</p>}
        {send && <p className="quiet">{t('calendar.move.again')}</p>}
        {options.data && (
          <p className="quiet">{t('calendar.move.approval', { n: number(options.data.approvalAbove) })}</p>
        )}
        {problem && <ProblemAlert problem={problem} />}
      </div>
    </Modal>
  )
}
