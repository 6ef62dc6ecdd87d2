import { Card, Progress } from 'antd'
import { useMemo } from 'react'
import { Link } from 'react-router'
import type { CampaignRun } from '../../api/types.js'
import { Chart } from '../../chart/chart.js'
import { Counts, Fields, Moment, State } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'
import { Recipients } from './recipients.js'

/** One run: how far it is, the outcomes with their reasons, and the deliveries behind them. */
export function Run({ campaign, run, again }: { campaign: string; run: CampaignRun; again(): void }) {
  const { t, label, number } = useWords()
  const { occurrence, state, dueAt, counts, progress, reason, optOuts, endedAt } = run
  const states = useMemo(
    () => Object.entries(progress?.states ?? {}).toSorted(([, one], [, other]) => other - one),
    [progress],
  )
  const labels = useMemo(() => states.map(([code]) => label('state', code)), [states, label])
  const series = useMemo(
    () => [{ name: t('run.people'), values: states.map(([, count]) => count), tone: 'good' as const }],
    [states, t],
  )
  const reasons = useMemo(() => {
    const sorted = Object.entries(progress?.reasons ?? {}).toSorted(([, one], [, other]) => other - one)
    const values = sorted.map(([, count]) => count)
    return {
      labels: sorted.map(([code]) => label('reason', code)),
      series: [{ name: t('run.people'), values, tone: 'bad' as const }],
    }
  }, [progress, label, t])
  const ended = Object.entries(progress?.states ?? {}).reduce(
    (sum, [code, count]) => (OPEN.has(code) ? sum : sum + count),
    0,
  )
  const share = progress && progress.recipients > 0 ? Math.round((ended / progress.recipients) * 100) : undefined
  const source = encodeURIComponent(`${campaign}:${occurrence}`)
  return (
    <Card
      size="small"
      title={
        <>
          <Moment at={dueAt} /> <State kind="run" code={state} />
        </>
      }
      extra={<Link to={`/deliveries?source=${source}`}>{t('run.deliveries')}</Link>}
    >
      {reason && <p className="quiet">{reason.text}</p>}
      {share !== undefined && <Progress percent={share} size="small" aria-label={t('run.progress')} />}
      <div className="two">
        <Fields
          lines={[
            counts && [t('estimate.people'), number(counts.people)],
            counts && counts.holdOut > 0 ? [t('campaign.hold-out'), number(counts.holdOut)] : undefined,
            progress && [t('run.recipients'), number(progress.recipients)],
            progress && [t('run.states'), <Counts key="states" kind="state" counts={progress.states} />],
            progress && [t('run.reasons'), <Counts key="reasons" kind="reason" counts={progress.reasons} />],
            optOuts === undefined ? undefined : [t('run.opt-outs'), number(optOuts)],
            endedAt === undefined ? undefined : [t('run.ended'), <Moment key="ended" at={endedAt} />],
          ]}
        />
        {states.length > 0 && <Chart title={t('run.states')} labels={labels} series={series} kind="bar" />}
        {reasons.labels.length > 0 && (
          <Chart title={t('run.reasons')} labels={reasons.labels} series={reasons.series} kind="bar" />
        )}
      </div>
      <Recipients campaign={campaign} run={run} again={again} />
    </Card>
  )
}

const OPEN: ReadonlySet<string> = new Set(['queued', 'claimed', 'sending', 'retry'])
