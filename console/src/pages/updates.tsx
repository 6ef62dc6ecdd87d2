import { useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { AcceptedUpdate } from '../api/types.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment, State } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { AccountFilter, useAccountChoices } from './operator/account-choices.js'
import { day, dayFilters, nextDay } from './operator/days.js'
import { inWords } from './operator/in-words.js'
import { ReplayFailed } from './operator/replay-failed.js'
import { span } from './operator/units.js'
import { UpdateDrawer } from './operator/update-drawer.js'

const STATES = ['received', 'done', 'failed', 'dead'] as const

/** The columns of a list of updates, for the dead letters, too. */
export const UPDATE_COLUMNS: readonly Column<AcceptedUpdate>[] = [
  {
    key: 'receivedAt',
    title: 'col.created',
    sorts: 'time',
    value: ({ receivedAt }) => receivedAt,
    show: ({ receivedAt }) => <Moment at={receivedAt} />,
  },
  {
    key: 'state',
    title: 'col.state',
    value: ({ state }) => state,
    show: ({ state }) => <State kind="state" code={state} />,
  },
  { key: 'kind', title: 'col.kind', value: ({ kind }) => kind, show: ({ kind }) => <code>{kind}</code> },
  { key: 'account', title: 'operator.account', value: ({ account }) => account },
  {
    key: 'contact',
    title: 'operator.sender',
    value: ({ contact }) => contact,
    show: ({ contact }) => <code>{contact}</code>,
  },
  { key: 'error', title: 'operator.error', value: ({ error }) => error },
  {
    key: 'answered',
    title: 'updates.answered',
    value: ({ answered, late }) => answered ?? (late ? 'late' : undefined),
    show: ({ answered, late }) => <Answered kind={answered} late={late} />,
  },
  {
    key: 'tookMs',
    title: 'operator.took',
    value: ({ tookMs }) => tookMs,
    show: ({ tookMs }) => span(tookMs),
    align: 'right',
  },
  { key: 'attempts', title: 'updates.attempts', value: ({ attempts }) => attempts, align: 'right' },
]

function Answered({ kind, late }: { kind: string | undefined; late: boolean }) {
  const { t, label } = useWords()
  return kind !== undefined ? label('kind', kind) : late ? t('updates.late') : '—'
}

/** What came in, what became of it, and another try for what failed. */
export const Updates = inWords(function Updates() {
  const { t, label } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  const accounts = useAccountChoices()
  return (
    <Page title={t('nav.updates')} about={t('updates.about')}>
      <ListTable
        name="updates"
        columns={UPDATE_COLUMNS}
        filters={[
          {
            name: 'state',
            word: 'col.state',
            choices: STATES.map((value) => ({ value, label: label('state', value) })),
          },
          AccountFilter(accounts),
          { name: 'kind', word: 'updates.kind' },
          { name: 'contact', word: 'updates.contact' },
          ...dayFilters,
        ]}
        rowKey={({ id }) => id}
        href={({ id }) => {
          const next = new URLSearchParams(search)
          next.set('update', id)
          return `/updates?${next}`
        }}
        load={async ({ filters, after, size, order, signal }) => {
          const { account, kind, contact, from, to } = filters
          const state = STATES.find((one) => one === filters['state'])
          const query = given({
            state,
            account,
            kind,
            contact,
            from: day(from),
            to: nextDay(to),
            after,
            order,
            limit: size,
          })
          const { updates, next } = await call('listUpdates', { query, signal })
          return { rows: updates, ...(next !== undefined && { next }) }
        }}
        empty={t('updates.none')}
        extra={(again) => may('operations:write') && search.get('state') === 'failed' && <ReplayFailed after={again} />}
      />
      <UpdateDrawer />
    </Page>
  )
})
