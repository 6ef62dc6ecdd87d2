import { Alert } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { AcceptedUpdate, Delivery } from '../api/types.js'
import { given, useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment, State } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { inWords } from './operator/in-words.js'
import { ReplayFailed } from './operator/replay-failed.js'
import { UpdateDrawer } from './operator/update-drawer.js'
import { Figure } from './overview/figure.js'
import { UPDATE_COLUMNS } from './updates.js'

/** What waits for a person: failed updates, failed and unclear deliveries, events nobody knows. */
export const DeadLetters = inWords(function DeadLetters() {
  const { t } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  const { data, loading, again } = useCall('countDeadLetters', {}, { everyMs: 10_000 })
  const of = search.get('of') ?? 'updates'
  const view = (name: string) => `/dead-letters?of=${name}`
  const deliveries = data && data.deliveries.failed + data.deliveries.uncertain
  return (
    <Page title={t('nav.dead-letters')} about={t('dead.about')}>
      <div className="figures">
        <Figure
          name={t('dead.updates')}
          value={data && data.updates.failed + data.updates.dead}
          loading={loading}
          to={view('updates')}
          bad
        />
        <Figure
          name={t('dead.deliveries')}
          value={deliveries}
          loading={loading}
          bad
          {...(may('deliveries:read') && { to: view('deliveries') })}
        />
        <Figure name={t('dead.events')} value={data?.events} loading={loading} to={view('events')} bad />
      </div>
      {data?.updates.oldestAt !== undefined && (
        <span className="quiet">
          {t('dead.oldest')} <Moment at={data.updates.oldestAt} />
        </span>
      )}
      {of === 'deliveries' && may('deliveries:read') ? (
        <Deliveries />
      ) : of === 'events' ? (
        <Events />
      ) : (
        <FailedUpdates after={again} />
      )}
      <UpdateDrawer />
    </Page>
  )
})

function FailedUpdates({ after }: { after(): void }) {
  const { t, label } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  return (
    <ListTable<AcceptedUpdate>
      name="dead-updates"
      columns={UPDATE_COLUMNS}
      filters={[
        {
          name: 'state',
          word: 'col.state',
          choices: (['failed', 'dead'] as const).map((value) => ({ value, label: label('state', value) })),
        },
      ]}
      rowKey={({ id }) => id}
      href={({ id }) => {
        const next = new URLSearchParams(search)
        next.set('update', id)
        return `/dead-letters?${next}`
      }}
      load={async ({ filters, after: from, size, order, signal }) => {
        const state = filters['state'] === 'dead' ? ('dead' as const) : ('failed' as const)
        const { updates, next } = await call('listUpdates', {
          query: given({ state, after: from, order, limit: size }),
          signal,
        })
        return { rows: updates, ...(next !== undefined && { next }) }
      }}
      empty={t('dead.none-updates')}
      extra={(again) =>
        may('operations:write') && (
          <ReplayFailed
            after={() => {
              again()
              after()
            }}
          />
        )
      }
    />
  )
}

const DELIVERIES: readonly Column<Delivery>[] = [
  {
    key: 'createdAt',
    title: 'col.created',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Moment at={createdAt} />,
    sorts: 'time',
  },
  {
    key: 'state',
    title: 'col.state',
    value: ({ state }) => state,
    show: ({ state }) => <State kind="state" code={state} />,
  },
  {
    key: 'reason',
    title: 'col.reason',
    value: ({ reason, code }) => [code, reason].filter((one) => one !== undefined).join(' '),
  },
  {
    key: 'to',
    title: 'col.to',
    value: ({ account, to }) => `${account}:${to}`,
    show: ({ account, to }) => <code>{`${account}:${to}`}</code>,
  },
  { key: 'source', title: 'col.source', value: ({ source }) => source },
  { key: 'attempts', title: 'updates.attempts', value: ({ attempts }) => attempts, align: 'right' },
]

function Deliveries() {
  const { t } = useWords()
  return (
    <ListTable<Delivery>
      name="dead-deliveries"
      columns={DELIVERIES}
      filters={[{ name: 'source', word: 'col.source' }]}
      rowKey={({ key }) => key}
      href={({ key }) => `/deliveries?attention=true&key=${encodeURIComponent(key)}`}
      load={async ({ filters, size, after, order, signal }) => {
        const { deliveries } = await call('listDeliveries', {
          query: given({ attention: 'true', source: filters['source'], after, order, limit: size }),
          signal,
        })
        const last = deliveries.length === size ? deliveries.at(-1)?.key : undefined
        return { rows: deliveries, ...(last !== undefined && { next: last }) }
      }}
      empty={t('dead.none-deliveries')}
    />
  )
}

function Events() {
  const { t, number } = useWords()
  const { data } = useCall('listQuarantine', { query: { limit: 50 } })
  if (!data) return null
  if (data.types.length === 0) return <Alert type="success" showIcon title={t('dead.none-events')} />
  return (
    <section className="panel">
      <p className="quiet">{t('dead.events.about')}</p>
      <ul className="rows">
        {data.types.map(({ shop, type, count, lastAt }) => (
          <li key={`${shop} ${type}`}>
            <code className="grow">
              {shop} · {type}
            </code>
            <b>{number(count)}</b> <Moment at={lastAt} />
          </li>
        ))}
      </ul>
      <Link to="/event-log">{t('nav.event-log')}</Link>
    </section>
  )
}
