import { Segmented, Tag, Typography } from 'antd'
import { useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { PlatformCallFigure } from '../api/types.js'
import { given, useCall } from '../api/use-call.js'
import { Chart } from '../chart/chart.js'
import { Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { AccountFilter, useAccountChoices } from './operator/account-choices.js'
import { failuresByCode } from './operator/call-chart.js'
import { inWords } from './operator/in-words.js'

const HOURS = [24, 72, 168, 720] as const

const COLUMNS: readonly Column<PlatformCallFigure>[] = [
  {
    key: 'endpoint',
    title: 'calls.endpoint',
    value: ({ endpoint }) => endpoint,
    show: ({ endpoint }) => <code>{endpoint}</code>,
  },
  { key: 'account', title: 'operator.account', value: ({ account }) => account },
  {
    key: 'code',
    title: 'calls.code',
    value: ({ code }) => code,
    show: ({ code }) => <Code code={code} />,
  },
  { key: 'count', title: 'calls.count', value: ({ count }) => count, align: 'right' },
  { key: 'averageMs', title: 'calls.average', value: ({ averageMs }) => averageMs, align: 'right' },
  { key: 'slowestMs', title: 'calls.slowest', value: ({ slowestMs }) => slowestMs, align: 'right' },
  {
    key: 'lastAt',
    title: 'calls.last',
    value: ({ lastAt }) => lastAt,
    show: ({ lastAt }) => <Moment at={lastAt} />,
  },
  {
    key: 'reason',
    title: 'calls.reason',
    value: ({ reason, fix }) => [reason?.zh, fix?.zh].filter(Boolean).join(' '),
    show: (row) => <Meaning row={row} />,
  },
]

const Code = ({ code }: { code: string }) => <Tag color={code === '0' ? 'success' : 'error'}>{code}</Tag>

function Meaning({ row: { reason, fix, rid } }: { row: PlatformCallFigure }) {
  const { t, both } = useWords()
  if (!reason) return '—'
  return (
    <div>
      <div>{both(reason)}</div>
      {fix && <div className="quiet">{both(fix)}</div>}
      {rid !== undefined && (
        <Typography.Text type="secondary" copyable={{ text: rid }}>
          {t('calls.rid')}
        </Typography.Text>
      )}
    </div>
  )
}

/** What platforms were asked, and how that ended. */
export const PlatformCalls = inWords(function PlatformCalls() {
  const { t, number } = useWords()
  const [search, setSearch] = useSearchParams()
  const accounts = useAccountChoices()
  const hours = HOURS.find((one) => String(one) === search.get('hours')) ?? 24
  const account = search.get('account') ?? undefined
  const from = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - (hours - 1) * 3_600_000).toISOString()
  const { data } = useCall('readPlatformCalls', { query: given({ account, from }) }, { everyMs: 60_000 })
  const chart = data && failuresByCode(data.hours, t('calls.others'))
  const all = data?.calls.reduce((sum, { count }) => sum + count, 0) ?? 0
  const failed = data?.calls.reduce((sum, { code, count }) => sum + (code === '0' ? 0 : count), 0) ?? 0
  return (
    <Page
      title={t('nav.platform-calls')}
      about={t('calls.about')}
      actions={
        <Segmented
          aria-label={t('calls.span')}
          value={String(hours)}
          options={HOURS.map((one) => ({
            value: String(one),
            label: one < 48 ? t('calls.hours', { n: one }) : t('calls.days', { n: one / 24 }),
          }))}
          onChange={(value) => {
            const next = new URLSearchParams(search)
            next.set('hours', value)
            next.delete('after')
            setSearch(next)
          }}
        />
      }
    >
      <section className="panel">
        <h2>{t('calls.chart', { all: number(all), failed: number(failed) })}</h2>
        {chart && chart.series.length > 0 && <Chart title={t('calls.failures')} kind="bar" {...chart} />}
        {chart && chart.series.length === 0 && <p className="quiet">{t('calls.no-failures')}</p>}
      </section>
      <ListTable
        name="platform-calls"
        columns={COLUMNS}
        filters={[
          { name: 'text', word: 'calls.endpoint' },
          AccountFilter(accounts),
          { name: 'failed', word: 'calls.only-failed', flag: true },
        ]}
        rowKey={({ account: of, endpoint, code }) => `${of} ${endpoint} ${code}`}
        of={from}
        sorts={['endpoint', 'account', 'code', 'count', 'averageMs', 'slowestMs', 'lastAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({
            account: filters['account'],
            text: filters['text'],
            failed: filters['failed'],
            from,
            sort,
            after,
            limit: size,
          })
          const { calls, next, total } = await call('readPlatformCalls', { query, signal })
          return { rows: calls, total, ...(next !== undefined && { next }) }
        }}
        empty={t('calls.none')}
      />
    </Page>
  )
})
