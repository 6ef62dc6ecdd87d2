import { Alert, App, Button, Card, Steps } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import type { GroupSendOptions } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useMay, useMe } from '../../session/use-session.js'
import { ProblemText } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { KIND_WORDS } from './names.js'
import { ApproveQuestion, StopQuestion } from './questions.js'
import { plain } from './refusal.js'
import { aboveOf, isBarred, kindOf, type Shown } from './shown.js'
import { StartQuestion } from './start.js'

const STEPS: Readonly<Record<Shown['state'], number>> = {
  draft: 1,
  estimated: 2,
  approved: 3,
  scheduled: 4,
  running: 4,
  done: 5,
  stopped: 4,
}
const EDITABLE: readonly Shown['state'][] = ['draft', 'estimated', 'approved']

/** Where a group send is between draft and confirmed, and what can be done with it now. */
export function PathOf({
  send,
  options,
  again,
}: {
  send: Shown
  options: GroupSendOptions | undefined
  again(): void
}) {
  const { t, label, number, moment } = useWords()
  const me = useMe()
  const may = useMay()('groups:write')
  const navigate = useNavigate()
  const { message, notification } = App.useApp()
  const { busy, act } = useAct()
  /** What is asked, about the version that was looked at when the button was pressed. */
  const [asking, setAsking] = useState<{ what: 'approve' | 'start' | 'stop'; of: Shown }>()
  const { id, state, estimate, authors, names, next, approval, definition } = send
  const kind = kindOf(definition.to)
  const above = aboveOf(send, options?.approvalAbove)
  const barred = isBarred(send, me.person.id, options?.approvalAbove)
  const close = () => setAsking(undefined)
  const ask = (what: 'approve' | 'start' | 'stop') => setAsking({ what, of: send })
  const look = () =>
    act(
      () => call('estimateGroupSend', { params: { id } }),
      t('act.done'),
      (problem) =>
        notification.error({ title: <ProblemText problem={plain(problem)} />, duration: 8, placement: 'top' }),
    ).then(again)
  const targets = (n: number) => t(KIND_WORDS[kind].n, { n: number(n) })
  return (
    <Card size="small" title={t('send.path')} data-testid="send-path">
      <div className="stack">
        <Steps
          size="small"
          current={STEPS[state]}
          status={state === 'stopped' ? 'error' : 'process'}
          items={[
            { title: t('send.step.draft') },
            { title: t('send.step.estimate'), ...(estimate && { content: targets(estimate.planned) }) },
            { title: t('send.step.approve'), ...(approval && { content: names[approval.by] ?? approval.by }) },
            { title: t('send.step.start'), ...(next && { content: moment(next.at) }) },
            { title: t('send.step.confirm'), ...(STEPS[state] >= 4 && { content: label('campaign', state) }) },
          ]}
        />
        {state === 'estimated' && barred && (
          <Alert
            type="info"
            showIcon
            data-testid="four-eyes"
            title={t('send.four-eyes', {
              n: number(above ?? 0),
              authors: authors.map((one) => names[one] ?? one).join(t('list.comma')),
            })}
            action={
              <Button
                size="small"
                onClick={() => navigator.clipboard.writeText(location.href).then(() => message.success(t('act.done')))}
              >
                {t('send.copy-address')}
              </Button>
            }
          />
        )}
        {may && (
          <div className="actions">
            {state === 'draft' && (
              <Button type="primary" loading={busy} onClick={look}>
                {t('send.estimate')}
              </Button>
            )}
            {state === 'estimated' && !barred && (
              <Button type="primary" onClick={() => ask('approve')}>
                {t('send.approve')}
              </Button>
            )}
            {state === 'approved' && (
              <Button type="primary" onClick={() => ask('start')}>
                {t('send.start')}
              </Button>
            )}
            {(state === 'estimated' || state === 'approved' || state === 'scheduled') && (
              <Button loading={busy} onClick={look}>
                {t('send.estimate.again')}
              </Button>
            )}
            {EDITABLE.includes(state) && (
              <Button onClick={() => navigate(`/group-sends/${id}/edit`)}>{t('send.edit')}</Button>
            )}
            <Button onClick={() => navigate(`/group-sends/new?like=${encodeURIComponent(id)}`)}>
              {t('send.once-more')}
            </Button>
            {(state === 'scheduled' || state === 'running') && (
              <Button danger onClick={() => ask('stop')}>
                {t(state === 'scheduled' ? 'send.cancel' : 'send.stop')}
              </Button>
            )}
          </div>
        )}
      </div>
      {asking?.what === 'approve' && <ApproveQuestion send={asking.of} close={close} again={again} />}
      {asking?.what === 'start' && <StartQuestion send={asking.of} options={options} close={close} again={again} />}
      {asking?.what === 'stop' && <StopQuestion send={asking.of} close={close} again={again} />}
    </Card>
  )
}
