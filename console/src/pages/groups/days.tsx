import { Segmented, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useCall } from '../../api/use-call.js'
import { Chart } from '../../chart/chart.js'
import { Counts, Fields } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { DAYS, periodsOf, type Span, totals } from './periods.js'

const LEAVES = {
  self: 'grp.leave.self',
  removed: 'grp.leave.removed',
  dismissed: 'grp.leave.dismissed',
  unseen: 'grp.leave.unseen',
} as const

/** Joins and leaves of a group as a chart, with where they came from and how they left. */
export function GroupDays({ account, chatId }: { account: string; chatId: string }) {
  const { t, number, day } = useWords()
  const [span, setSpan] = useState<Span>('day')
  const { data, problem } = useCall('listGroupDays', { params: { account, chatId }, query: { days: DAYS[span] } })
  const periods = useMemo(() => periodsOf(data?.days ?? [], span), [data, span])
  const labels = useMemo(() => periods.map(({ label }) => label), [periods])
  const series = useMemo(
    () => [
      { name: t('group.joined'), values: periods.map(({ joined }) => joined), tone: 'good' as const },
      { name: t('group.left'), values: periods.map(({ left }) => left), tone: 'bad' as const },
    ],
    [periods, t],
  )
  const days = data?.days ?? []
  const joined = days.reduce((sum, one) => sum + one.joined, 0)
  const left = days.reduce((sum, one) => sum + one.left, 0)
  const leaves = Object.entries(totals(days, 'byLeave')).flatMap(([code, count]) => {
    const known = Object.entries(LEAVES).find(([name]) => name === code)?.[1]
    return count > 0 ? [`${known ? t(known) : code} ${number(count)}`] : []
  })
  return (
    <div className="stack">
      <Segmented
        value={span}
        onChange={setSpan}
        options={[
          { value: 'day', label: t('grp.by-day') },
          { value: 'week', label: t('grp.by-week') },
          { value: 'month', label: t('grp.by-month') },
        ]}
      />
      {problem && <ProblemAlert problem={problem} />}
      {!data && !problem && <Skeleton active />}
      {data && days.length === 0 && <p className="quiet">{t('group.no-days')}</p>}
      {data && days.length > 0 && (
        <>
          <Chart title={t('grp.chart')} labels={labels} series={series} kind={span === 'day' ? 'line' : 'bar'} />
          <p>
            {t('grp.net', { days: DAYS[span], joined: number(joined), left: number(left), net: number(joined - left) })}
          </p>
          <Fields
            lines={[
              [t('grp.sources'), <Counts key="ways" kind="way" counts={totals(days, 'byWay')} />],
              Object.keys(totals(days, 'byState')).length > 0
                ? [t('grp.join-ways'), <Counts key="states" kind="source" counts={totals(days, 'byState')} />]
                : undefined,
              [t('grp.leaves'), leaves.length > 0 ? leaves.join(' · ') : '—'],
            ]}
          />
          {data.since !== undefined && <p className="quiet">{t('grp.since', { at: day(data.since) })}</p>}
        </>
      )}
    </div>
  )
}
