import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import { given } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'

type Row = Answer<'listGroupSends'>['groupSends'][number]

const STATES = ['draft', 'estimated', 'approved', 'scheduled', 'running', 'done', 'stopped'] as const
/** More than there are; the API gives them all at once. */
const MOST = 200

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'col.name', value: ({ definition }) => definition.name, sorts: true },
  { key: 'id', title: 'col.id', value: ({ id }) => id, sorts: true },
  {
    key: 'state',
    title: 'col.state',
    value: ({ state }) => state,
    show: ({ state }) => <State kind="campaign" code={state} />,
    sorts: true,
  },
  { key: 'targets', title: 'col.targets', value: ({ estimate }) => estimate?.targets, align: 'right', sorts: true },
  { key: 'tasks', title: 'col.tasks', value: ({ estimate }) => estimate?.tasks, align: 'right', sorts: true },
  {
    key: 'next',
    title: 'col.next',
    value: ({ next }) => next?.at,
    show: ({ next }) => <Moment at={next?.at} />,
    sorts: true,
  },
  {
    key: 'updatedAt',
    title: 'col.updated',
    value: ({ updatedAt }) => updatedAt,
    show: ({ updatedAt }) => <Moment at={updatedAt} />,
    sorts: true,
  },
]

/** Messages that members of staff confirm for their groups and customers. */
export function GroupSends() {
  const { t, label } = useWords()
  return (
    <Needs scope="groups:read">
      <Page title={t('nav.group-sends')} help={<LimitHelp of="groupSends" />} about={t('group-sends.about')}>
        <ListTable
          whole
          name="group-sends"
          columns={COLUMNS}
          filters={[
            {
              name: 'state',
              word: 'col.state',
              choices: STATES.map((value) => ({ value, label: label('campaign', value) })),
            },
          ]}
          rowKey={({ id }) => id}
          href={({ id }) => `/group-sends/${id}`}
          load={async ({ filters, signal }) => {
            const state = STATES.find((one) => one === filters['state'])
            const { groupSends } = await call('listGroupSends', { query: given({ state, limit: MOST }), signal })
            return { rows: groupSends }
          }}
          empty={t('group-sends.none')}
        />
      </Page>
    </Needs>
  )
}
