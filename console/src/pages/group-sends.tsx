import { Button } from 'antd'
import { Link } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import { given } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'

type Row = Answer<'listGroupSends'>['groupSends'][number]

const STATES = ['draft', 'estimated', 'approved', 'scheduled', 'running', 'done', 'stopped'] as const
const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'col.name', value: ({ definition }) => definition.name },
  { key: 'id', title: 'col.id', value: ({ id }) => id },
  {
    key: 'state',
    title: 'col.state',
    value: ({ state }) => state,
    show: ({ state }) => <State kind="campaign" code={state} />,
  },
  { key: 'targets', title: 'col.targets', value: ({ estimate }) => estimate?.targets, align: 'right' },
  { key: 'tasks', title: 'col.tasks', value: ({ estimate }) => estimate?.tasks, align: 'right' },
  {
    key: 'next',
    title: 'col.next',
    value: ({ next }) => next?.at,
    show: ({ next }) => <Moment at={next?.at} />,
  },
  {
    key: 'updatedAt',
    title: 'col.updated',
    value: ({ updatedAt }) => updatedAt,
    show: ({ updatedAt }) => <Moment at={updatedAt} />,
  },
]

/** Messages that members of staff confirm for their groups and customers. */
export function GroupSends() {
  const { t, label } = useWords()
  const may = useMay()
  return (
    <Needs scope="groups:read">
      <Page
        title={t('nav.group-sends')}
        help={<LimitHelp of="groupSends" />}
        about={t('group-sends.about')}
        actions={
          may('groups:write') && (
            <Link to="/group-sends/new">
              <Button type="primary">{t('group-sends.new')}</Button>
            </Link>
          )
        }
      >
        <ListTable
          name="group-sends"
          columns={COLUMNS}
          filters={[
            { name: 'text', word: 'filter.name' },
            {
              name: 'state',
              word: 'col.state',
              choices: STATES.map((value) => ({ value, label: label('campaign', value) })),
            },
          ]}
          rowKey={({ id }) => id}
          href={({ id }) => `/group-sends/${id}`}
          sorts={['name', 'id', 'state', 'targets', 'tasks', 'next', 'updatedAt']}
          load={async ({ filters, after, size, sort, signal }) => {
            const state = STATES.find((one) => one === filters['state'])
            const query = given({ state, text: filters['text'], sort, after, limit: size })
            const { groupSends, next } = await call('listGroupSends', { query, signal })
            return { rows: groupSends, ...(next !== undefined && { next }) }
          }}
          empty={t('group-sends.none')}
          everyMs={30_000}
        />
      </Page>
    </Needs>
  )
}
