import { Alert, Skeleton, Table, Tag } from 'antd'
import { Link } from 'react-router'
import type { Health as View } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { Counts, Fields, Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { inWords } from './operator/in-words.js'
import { bytes, since, span } from './operator/units.js'
import { Figure } from './overview/figure.js'

/** A clock that is further off than this gets pushes refused and leases wrong. */
const SKEW_MS = 2000

/** Readiness, processes, store, spool, clock, backlog. */
export const Health = inWords(function Health() {
  const { t } = useWords()
  const { data, problem, loading, again } = useCall('readHealth', {}, { everyMs: 5000 })
  return (
    <Page title={t('nav.health')} about={t('health.about')}>
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && (
        <>
          <Ready health={data} />
          <div className="figures">
            <Figure
              name={t('health.open')}
              value={data.backlog?.updates.open}
              loading={loading}
              to="/updates?state=received"
            />
            <Figure
              name={t('health.failures')}
              value={data.backlog?.updates.failures}
              loading={loading}
              to="/dead-letters"
              bad
            />
            <Figure name={t('health.queued')} value={queued(data)} loading={loading} to="/deliveries?state=queued" />
            <Figure
              name={t('health.content')}
              value={data.content.errors}
              loading={loading}
              to="/content-problems"
              bad
            />
          </div>
          <Processes health={data} />
          <div className="two">
            <Store health={data} />
            <section className="panel">
              <h2>{t('health.deliveries')}</h2>
              <Counts kind="state" counts={data.backlog?.deliveries ?? {}} />
            </section>
          </div>
        </>
      )}
    </Page>
  )
})

function queued({ backlog }: View): number | undefined {
  if (!backlog) return undefined
  const { queued: waiting = 0, retry = 0 } = backlog.deliveries
  return waiting + retry
}

function Ready({ health: { ok, problems, clock, processes } }: { health: View }) {
  const { t } = useWords()
  const skew = Math.max(Math.abs(clock.offsetMs), ...processes.map(({ clockOffsetMs }) => Math.abs(clockOffsetMs)))
  return (
    <div className="stack">
      <Alert
        showIcon
        type={ok ? 'success' : 'error'}
        title={t(ok ? 'health.ready' : 'health.not-ready')}
        data-testid="ready"
        {...(problems.length > 0 && { description: problems.join('; ') })}
      />
      {skew > SKEW_MS && <Alert showIcon type="error" title={t('health.skew', { ms: span(skew) })} />}
      {!processes.some(({ role, silent }) => !silent && role !== 'web') && (
        <Alert showIcon type="error" title={t('health.no-worker')} />
      )}
    </div>
  )
}

function Processes({ health: { processes } }: { health: View }) {
  const { t, percent } = useWords()
  return (
    <section className="panel">
      <h2>{t('health.processes')}</h2>
      <Table
        size="small"
        rowKey="id"
        dataSource={processes}
        pagination={false}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('health.role'), render: (_, { role, silent }) => <Role role={role} silent={silent} /> },
          { title: t('health.where'), render: (_, { host, pid }) => <code>{`${host} ${pid}`}</code> },
          { title: t('health.version'), render: (_, { version, node }) => `${version} · ${node}` },
          { title: t('health.started'), render: (_, { startedAt }) => <Moment at={startedAt} /> },
          { title: t('health.seen'), render: (_, { seenAt }) => since(seenAt) },
          { title: t('health.memory'), align: 'right', render: (_, { rssBytes }) => bytes(rssBytes) },
          { title: t('health.busy'), align: 'right', render: (_, { busy }) => percent(busy) },
          { title: t('health.under-way'), align: 'right', dataIndex: 'underWay' },
          { title: t('health.clock'), align: 'right', render: (_, { clockOffsetMs }) => `${clockOffsetMs} ms` },
        ]}
      />
    </section>
  )
}

function Role({ role, silent }: { role: string; silent: boolean }) {
  const { t } = useWords()
  return <Tag color={silent ? 'error' : 'success'}>{silent ? `${role} · ${t('health.silent')}` : role}</Tag>
}

function Store({ health: { store, disk, spool, backlog } }: { health: View }) {
  const { t, number } = useWords()
  return (
    <section className="panel">
      <h2>{t('health.store')}</h2>
      <Fields
        lines={[
          [t('col.kind'), t(store.kind === 'server' ? 'health.server' : 'health.embedded')],
          [
            t('health.answers'),
            store.answers ? (
              span(store.pingMs)
            ) : (
              <b key="away" className="bad">
                {t('health.away')}
              </b>
            ),
          ],
          store.documents === undefined ? undefined : [t('health.documents'), number(store.documents)],
          [t('health.size'), bytes(store.bytes)],
          disk && [t('health.disk'), t('health.free', { free: bytes(disk.freeBytes), total: bytes(disk.totalBytes) })],
          [t('health.spool'), `${bytes(spool.bytes)} / ${bytes(spool.mostBytes)}`],
          backlog?.updates.oldestAt === undefined ? undefined : [t('health.oldest'), since(backlog.updates.oldestAt)],
          [
            '',
            <Link key="jobs" to="/jobs">
              {t('nav.jobs')}
            </Link>,
          ],
        ]}
      />
    </section>
  )
}
