import { Tag } from 'antd'
import { call } from '../api/browser.js'
import type { CustomerGroup } from '../api/types.js'
import { given } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'

const STATUSES = ['active', 'dismissed'] as const

const COLUMNS: readonly Column<CustomerGroup>[] = [
  { key: 'name', title: 'col.name', value: ({ name }) => name, show: ({ name, chatId }) => name || chatId },
  { key: 'owner', title: 'col.owner', value: ({ owner }) => owner },
  {
    key: 'count',
    title: 'col.members',
    value: ({ count }) => count,
    show: ({ count, capacity, nearlyFull }) => (
      <span className={nearlyFull ? 'warn' : ''}>
        {count} / {capacity}
      </span>
    ),
    align: 'right',
  },
  { key: 'customers', title: 'col.customers', value: ({ customers }) => customers, align: 'right' },
  {
    key: 'labels',
    title: 'col.labels',
    value: ({ labels }) => labels.join(' '),
    show: ({ labels }) => (labels.length > 0 ? labels.map((label) => <Tag key={label}>{label}</Tag>) : '—'),
  },
  { key: 'folder', title: 'col.folder', value: ({ folder }) => folder },
  {
    key: 'status',
    title: 'col.state',
    value: ({ status }) => status,
    show: ({ status }) => <State kind="state" code={status} />,
  },
  {
    key: 'createdAt',
    title: 'col.created',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Moment at={createdAt} />,
  },
]

/** The customer groups of all corporations. */
export function Groups() {
  const { t, label } = useWords()
  return (
    <Needs scope="groups:read">
      <Page title={t('nav.groups')} help={<LimitHelp of="groups" />} about={t('groups.about')}>
        <ListTable
          name="groups"
          columns={COLUMNS}
          filters={[
            { name: 'name', word: 'col.name' },
            { name: 'owner', word: 'col.owner' },
            { name: 'label', word: 'col.label' },
            {
              name: 'status',
              word: 'col.state',
              choices: STATUSES.map((value) => ({ value, label: label('state', value) })),
            },
            { name: 'nearlyFull', word: 'groups.nearly-full', flag: true },
          ]}
          rowKey={({ account, chatId }) => `${account}:${chatId}`}
          href={({ account, chatId }) => `/groups/${encodeURIComponent(account)}/${encodeURIComponent(chatId)}`}
          load={async ({ filters, after, size, signal }) => {
            const { name, owner, label: tagged, nearlyFull } = filters
            const status = STATUSES.find((one) => one === filters['status'])
            const query = given({ name, owner, label: tagged, nearlyFull, status, after, limit: size })
            const { groups, next } = await call('listGroups', { query, signal })
            return { rows: groups, ...(next !== undefined && { next }) }
          }}
          empty={t('groups.none')}
        />
      </Page>
    </Needs>
  )
}
