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

type Row = Answer<'listCampaigns'>['campaigns'][number]

const STATES = ['draft', 'estimated', 'approved', 'scheduled', 'running', 'paused', 'done', 'stopped'] as const
const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'col.name', value: ({ definition }) => definition.name },
  { key: 'id', title: 'col.id', value: ({ id }) => id },
  {
    key: 'state',
    title: 'col.state',
    value: ({ state }) => state,
    show: ({ state }) => <State kind="campaign" code={state} />,
  },
  {
    key: 'audience',
    title: 'col.audience',
    value: ({ definition: { audience } }) => (typeof audience === 'string' ? audience : JSON.stringify(audience)),
    show: ({ definition: { audience } }) => (typeof audience === 'string' ? audience : '{…}'),
  },
  { key: 'people', title: 'col.people', value: ({ estimate }) => estimate?.people, align: 'right' },
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

/** All pushes. */
export function Campaigns() {
  const { t, label } = useWords()
  const may = useMay()
  return (
    <Needs scope="campaigns:read">
      <Page
        title={t('nav.campaigns')}
        help={<LimitHelp of="campaigns" />}
        about={t('campaigns.about')}
        actions={
          may('campaigns:write') && (
            <Link to="/campaigns/new">
              <Button type="primary">{t('campaigns.new')}</Button>
            </Link>
          )
        }
      >
        <ListTable
          name="campaigns"
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
          href={({ id }) => `/campaigns/${id}`}
          sorts={['name', 'id', 'state', 'people', 'next', 'updatedAt']}
          load={async ({ filters, after, size, sort, signal }) => {
            const state = STATES.find((one) => one === filters['state'])
            const query = given({ state, text: filters['text'], sort, after, limit: size })
            const { campaigns, next } = await call('listCampaigns', { query, signal })
            return { rows: campaigns, ...(next !== undefined && { next }) }
          }}
          empty={t('campaigns.none')}
          everyMs={30_000}
        />
      </Page>
    </Needs>
  )
}
