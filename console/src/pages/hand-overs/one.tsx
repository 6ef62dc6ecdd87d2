import { Skeleton, Tag } from 'antd'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { given, useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'
import { STATE_WORDS } from './states.js'

type Item = Answer<'listHandOverItems'>['items'][number]
const ITEM_STATES = ['planned', 'sending', 'waiting', 'done', 'refused', 'taker-full', 'failed'] as const

/** A hand-over with each customer and group of it; a planned one is started or dropped here. */
export function One({ id, after }: { id: string; after(): void }) {
  const { t, number } = useWords()
  const may = useMay()('contacts:write')
  const { data, again } = useCall('getHandOver', { params: { id } }, { everyMs: 10_000 })
  if (!data) return <Skeleton active />
  const anew = () => {
    again()
    after()
  }
  const counts = (of: Readonly<Record<string, number>>) =>
    ITEM_STATES.filter((state) => (of[state] ?? 0) > 0).map((state) => (
      <Tag key={state}>
        {t(STATE_WORDS[state])} {number(of[state] ?? 0)}
      </Tag>
    ))
  const columns: readonly Column<Item>[] = [
    {
      key: 'target',
      title: 'ho.target',
      value: ({ target }) => target,
      show: ({ target, contact }) =>
        contact === undefined ? <code>{target}</code> : <Link to={`/contacts/${contact}`}>{target}</Link>,
    },
    {
      key: 'kind',
      title: 'col.kind',
      value: ({ kind }) => kind,
      show: ({ kind }) => t(kind === 'customer' ? 'ho.customers' : 'ho.groups'),
    },
    { key: 'to', title: 'ho.to', value: ({ to }) => to },
    { key: 'state', title: 'col.state', value: ({ state }) => state, show: ({ state }) => t(STATE_WORDS[state]) },
    { key: 'reason', title: 'col.reason', value: ({ reason }) => reason },
    {
      key: 'endedAt',
      title: 'col.updated',
      value: ({ endedAt }) => endedAt,
      show: ({ endedAt }) => <Moment at={endedAt} />,
    },
  ]
  return (
    <div className="stack">
      <div>
        {t('ho.customers')} {counts(data.items.customer)}
      </div>
      <div>
        {t('ho.groups')} {counts(data.items.group)}
      </div>
      {may && data.state === 'planned' && (
        <div className="actions">
          <Ask
            label={t('ho.start')}
            title={t('ho.start')}
            about={t('ho.start.about')}
            primary
            done={t('act.done')}
            act={() => call('startHandOver', { params: { id } })}
            after={anew}
          />
          <Ask
            label={t('ho.drop')}
            title={t('ho.drop')}
            danger
            done={t('act.done')}
            act={() => call('dropHandOver', { params: { id } })}
            after={anew}
          />
        </div>
      )}
      <ListTable
        name={`hand-over-${id}`}
        of={`${id}:${data.state}`}
        columns={columns}
        filters={[
          {
            name: 'state',
            word: 'col.state',
            choices: ITEM_STATES.map((value) => ({ value, label: t(STATE_WORDS[value]) })),
          },
        ]}
        rowKey={({ kind, target }) => `${kind}:${target}`}
        sorts={['target', 'kind', 'to', 'state', 'endedAt']}
        load={async ({ filters, after: from, size, sort, signal }) => {
          const state = ITEM_STATES.find((one) => one === filters['state'])
          const query = given({ state, sort, after: from, limit: size })
          const { items, next } = await call('listHandOverItems', { params: { id }, query, signal })
          return { rows: items, ...(next !== undefined && { next }) }
        }}
        empty={t('ho.items.none')}
      />
    </div>
  )
}
