import { Tag, Tooltip } from 'antd'
import { call } from '../api/browser.js'
import type { ClockJob } from '../api/types.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { inWords } from './operator/in-words.js'
import { span } from './operator/units.js'

const COLUMNS: readonly Column<ClockJob>[] = [
  {
    key: 'name',
    title: 'jobs.name',
    value: ({ name, key }) => (key === undefined ? name : `${name} ${key}`),
    show: ({ name, key }) => <code>{key === undefined ? name : `${name} ${key}`}</code>,
  },
  {
    key: 'every',
    title: 'jobs.every',
    value: ({ every }) => every,
    show: ({ every, timeZone }) => <Every every={every} zone={timeZone} />,
  },
  {
    key: 'state',
    title: 'col.state',
    value: ({ running, reason }) => (running ? 'running' : reason === undefined ? 'waiting' : 'failed'),
    show: (job) => <Standing job={job} />,
  },
  {
    key: 'lastRunAt',
    title: 'jobs.last',
    value: ({ lastRunAt }) => lastRunAt,
    show: ({ lastRunAt }) => <Moment at={lastRunAt} />,
  },
  {
    key: 'tookMs',
    title: 'operator.took',
    value: ({ tookMs }) => tookMs,
    show: ({ tookMs }) => span(tookMs),

    align: 'right',
  },
  {
    key: 'nextAt',
    title: 'jobs.next',
    value: ({ nextAt }) => nextAt,
    show: ({ nextAt }) => <Moment at={nextAt} />,
  },
  { key: 'failures', title: 'jobs.failures', value: ({ failures }) => failures, align: 'right' },
  { key: 'by', title: 'jobs.by', value: ({ by }) => by, show: ({ by }) => <code>{by ?? '—'}</code> },
]

function Every({ every, zone }: { every: string | undefined; zone: string | undefined }) {
  const { t } = useWords()
  if (every === undefined) return t('jobs.once')
  return (
    <Tooltip title={zone}>
      <code>{every}</code>
    </Tooltip>
  )
}

function Standing({ job: { running, reason, failedAt } }: { job: ClockJob }) {
  const { t, moment } = useWords()
  if (running) return <Tag color="processing">{t('jobs.running')}</Tag>
  if (reason === undefined) return <Tag>{t('jobs.waiting')}</Tag>
  return (
    <Tooltip title={`${failedAt === undefined ? '' : `${moment(failedAt)} `}${reason}`}>
      <Tag color="error">{t('jobs.failed')}</Tag>
    </Tooltip>
  )
}

/** The clock of the product. */
export const Jobs = inWords(function Jobs() {
  const { t } = useWords()
  const may = useMay()
  const run: Column<ClockJob> = {
    key: 'run',
    title: 'jobs.act',
    value: () => undefined,
    show: ({ name, byHand }) =>
      byHand && (
        <Ask
          label={t('jobs.run')}
          title={t('jobs.run.title', { name })}
          about={t('jobs.run.about')}
          done={t('jobs.started')}
          act={() => call('runJob', { params: { name } })}
        />
      ),
  }
  return (
    <Page title={t('nav.jobs')} about={t('jobs.about')}>
      <ListTable
        name="jobs"
        columns={may('operations:write') ? [...COLUMNS, run] : COLUMNS}
        rowKey={({ name, key = '' }) => `${name} ${key}`}
        filters={[{ name: 'text', word: 'filter.name' }]}
        sorts={['name', 'lastRunAt', 'tookMs', 'nextAt', 'failures']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ text: filters['text'], sort, after, limit: size })
          const { jobs, next, total } = await call('listJobs', { query, signal })
          return { rows: jobs, total, ...(next !== undefined && { next }) }
        }}
        everyMs={5000}
        empty={t('jobs.none')}
      />
    </Page>
  )
})
