import { Card, Skeleton } from 'antd'
import { useCall } from '../../api/use-call.js'
import { Counts } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'
import { Forecasts } from './estimate.js'
import { useSettled } from './use-settled.js'
import { type Def, sent } from './written.js'

/** Who would get what is being written, asked anew whenever audience, channels or time have stood still for a moment. */
export function LiveLook({ id, definition }: { id: string; definition: Def }) {
  const { t, number, moment } = useWords()
  const { account, audience, channels, purpose, schedule, holdOut, stages, endsAt } = definition
  const about = { account, audience, channels, purpose, schedule, holdOut, stages, endsAt }
  const ready = audience !== undefined && audience !== '' && (channels?.length ?? 0) > 0
  const asked = useSettled(ready ? JSON.stringify({ id, definition: sent(about) }) : '')
  const body = asked === '' ? undefined : (JSON.parse(asked) as { id: string; definition: Record<string, unknown> })
  const { data, problem, loading, again } = useCall('estimateDraft', body && { body })
  const estimate = data?.estimate
  const count = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, one) => sum + one, 0)
  return (
    <Card size="small" title={t('look.title')} data-testid="live-look" data-busy={loading}>
      {!body && <p className="quiet">{t('look.empty')}</p>}
      {body && !data && !problem && <Skeleton active paragraph={{ rows: 2 }} />}
      {problem && problem.status === 429 && (
        <button type="button" className="link" onClick={again}>
          {t('act.again')}
        </button>
      )}
      {problem && problem.status !== 429 && <p className="bad">{problem.fields[0]?.message ?? problem.message}</p>}
      {data && estimate && (
        <div className="stack">
          <dl className="look">
            <div>
              <dt>{t('look.audience')}</dt>
              <dd data-testid="audience">{number(data.audience)}</dd>
            </div>
            <div>
              <dt>{t('look.reach')}</dt>
              <dd className="good">{number(count(estimate.channels) + count(estimate.later))}</dd>
            </div>
            <div>
              <dt>{t('look.lost')}</dt>
              <dd className="warn">{number(count(estimate.reasons))}</dd>
            </div>
          </dl>
          {data.audience === 0 && <p className="warn">{t('look.nobody')}</p>}
          {estimate.partial && (
            <p className="quiet">{t('look.partial', { n: number(estimate.people + estimate.notDue) })}</p>
          )}
          <Counts kind="channel" counts={estimate.channels} />
          {count(estimate.later) > 0 && <Counts kind="reason" counts={estimate.later} />}
          {count(estimate.reasons) > 0 && (
            <div>
              <h3>{t('estimate.reasons')}</h3>
              <Counts kind="reason" counts={estimate.reasons} />
            </div>
          )}
          <Forecasts forecast={estimate.forecast} />
          <p className="quiet small">{t('look.for', { at: moment(estimate.for) })}</p>
        </div>
      )}
    </Card>
  )
}
