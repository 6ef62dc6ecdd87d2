import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { given } from '../../api/use-call.js'
import { Moment, State } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Row = Answer<'listAlerts'>['alerts'][number]

const STATES = ['new', 'waiting', 'held', 'capped', 'dropped', 'written', 'handed', 'failed'] as const

const COLUMNS: readonly Column<Row>[] = [
  { key: 'title', title: 'col.name', value: ({ title }) => title },
  { key: 'at', title: 'col.created', sorts: 'time', value: ({ at }) => at, show: ({ at }) => <Moment at={at} /> },
  {
    key: 'state',
    title: 'col.state',
    value: ({ state }) => state,
    show: ({ state }) => <State kind="alert" code={state} />,
  },
  { key: 'type', title: 'alerts.when', value: ({ type }) => type },
  {
    key: 'ways',
    title: 'alerts.to',
    value: ({ ways }) => ways.map(({ to, state }) => `${to.kind} ${state}`).join(', '),
  },
  { key: 'reason', title: 'col.reason', value: ({ reason }) => reason },
  { key: 'rule', title: 'alerts.rule', value: ({ rule }) => rule },
]

/** What was told, the newest first. */
export function AlertHistory() {
  const { t, label } = useWords()
  return (
    <ListTable
      name="alerts"
      columns={COLUMNS}
      filters={[
        { name: 'state', word: 'col.state', choices: STATES.map((value) => ({ value, label: label('alert', value) })) },
        { name: 'rule', word: 'alerts.rule' },
      ]}
      rowKey={({ id }) => id}
      load={async ({ filters, after, size, order, signal }) => {
        const state = STATES.find((one) => one === filters['state'])
        const query = given({ state, rule: filters['rule'], after, order, limit: size })
        const { alerts, next } = await call('listAlerts', { query, signal })
        return { rows: alerts, ...(next !== undefined && { next }) }
      }}
      empty={t('alerts.nothing-told')}
    />
  )
}
