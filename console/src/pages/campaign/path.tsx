import { Alert, App, Button, Card, Modal, Steps } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { useMay, useMe } from '../../session/use-session.js'
import { useWords } from '../../words/use-words.js'
import type { Shown } from '../campaign.js'

const STEPS: Readonly<Record<Shown['state'], number>> = {
  draft: 1,
  estimated: 2,
  approved: 3,
  scheduled: 4,
  running: 4,
  paused: 4,
  done: 5,
  stopped: 4,
}

/** Where a push is between draft and sent, and the one button that brings it on. */
export function PathOf({ campaign, again }: { campaign: Shown; again(): void }) {
  const { t, label, number, moment } = useWords()
  const me = useMe()
  const may = useMay()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const { busy, act } = useAct()
  const [asking, setAsking] = useState(false)
  const options = useCall('campaignOptions', {})
  const { id, state, version, estimate, definition, authors, names, next } = campaign
  const params = { id }
  const size = estimate ? estimate.people + estimate.notDue : 0
  const most = options.data?.approvalAbove
  const another = most !== undefined && size > most && authors.includes(me.person.id)
  const manual = definition.schedule?.at === undefined && definition.schedule?.cron === undefined
  const finish = manual ? t('path.approve-and-run') : t('path.approve-and-schedule')
  const writes = may('campaigns:write')

  async function go(): Promise<void> {
    const done = await act(async () => {
      if (state === 'estimated') await call('approveCampaign', { params, body: { version } })
      await call(manual ? 'runCampaign' : 'scheduleCampaign', { params })
    }, t('act.done'))
    if (done) setAsking(false)
    again()
  }
  const at = manual ? t('path.now') : (definition.schedule?.at?.replace('T', ' ') ?? definition.schedule?.cron ?? '')
  return (
    <Card size="small" title={t('path.title')} data-testid="path">
      <div className="stack">
        <Steps
          size="small"
          current={STEPS[state]}
          status={state === 'stopped' || state === 'paused' ? 'error' : 'process'}
          items={[
            { title: t('path.draft') },
            { title: t('path.estimate'), ...(estimate && { content: t('path.people', { n: number(size) }) }) },
            { title: t('path.approve') },
            { title: t('path.schedule'), ...(next && { content: moment(next.at) }) },
            { title: t('path.sent'), ...(STEPS[state] >= 4 && { content: label('campaign', state) }) },
          ]}
        />
        {state === 'estimated' && another && (
          <Alert
            type="info"
            showIcon
            title={t('path.four-eyes', {
              n: number(most ?? 0),
              authors: authors.map((one) => names[one] ?? one).join(t('list.comma')),
            })}
            action={
              <Button
                size="small"
                onClick={() => navigator.clipboard.writeText(location.href).then(() => message.success(t('act.done')))}
              >
                {t('path.copy')}
              </Button>
            }
          />
        )}
        {writes && (
          <div className="actions">
            {state === 'draft' && (
              <Button
                type="primary"
                loading={busy}
                onClick={() => act(() => call('estimateCampaign', { params }), t('act.done')).then(again)}
              >
                {t('act.estimate')}
              </Button>
            )}
            {((state === 'estimated' && !another) || state === 'approved') && estimate && (
              <Button type="primary" onClick={() => setAsking(true)}>
                {state === 'estimated' ? finish : manual ? t('act.run') : t('act.schedule')}
              </Button>
            )}
            {(state === 'draft' || state === 'estimated' || state === 'approved') && (
              <Button onClick={() => navigate(`/campaigns/${id}/edit`)}>{t('path.edit')}</Button>
            )}
            <Button onClick={() => navigate(`/campaigns/new?like=${encodeURIComponent(id)}`)}>
              {t('path.copy-campaign')}
            </Button>
          </div>
        )}
      </div>
      <Modal
        open={asking}
        title={definition.name}
        okText={state === 'estimated' ? finish : manual ? t('act.run') : t('act.schedule')}
        okButtonProps={{ loading: busy }}
        cancelText={t('act.cancel')}
        onOk={go}
        onCancel={() => setAsking(false)}
      >
        {t('path.sure', { n: number(size), at })}
      </Modal>
    </Card>
  )
}
