import { Empty, Tag } from 'antd'
import { useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import type { CustomerRelation } from '../../api/types.js'
import { given } from '../../api/use-call.js'
import { Moment, State } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'
import { CorpChoice, useCorps } from '../parts/corps.js'

const STANDINGS = ['live', 'lost', 'ended', 'waiting', 'all'] as const

const COLUMNS: readonly Column<CustomerRelation>[] = [
  {
    key: 'customer',
    title: 'col.customer',
    value: ({ customer }) => customer,
    show: (row) => row.name ?? row.customer,
  },
  { key: 'staff', title: 'col.staff', value: ({ staff }) => staff },
  {
    key: 'standing',
    title: 'col.state',
    value: ({ standing }) => standing,
    show: ({ standing }) => <State kind="standing" code={standing} />,
  },
  {
    key: 'tags',
    title: 'col.tags',
    value: ({ tags, corpTags }) => [...corpTags, ...tags].join(' '),
    show: ({ tags, corpTags }) => [...corpTags, ...tags].map((tag) => <Tag key={tag}>{tag}</Tag>),
  },
  { key: 'state', title: 'col.channel-code', value: ({ state }) => state },
  {
    key: 'addedAt',
    title: 'col.added',
    value: ({ addedAt }) => addedAt,
    show: ({ addedAt }) => <Moment at={addedAt} />,
  },
]

/** Customers of a corporation (企业微信), by the member of staff who has them. */
export function WecomCustomers() {
  const { t, label } = useWords()
  const [search] = useSearchParams()
  const corps = useCorps()
  const account = search.get('account') ?? corps.names[0]
  if (account === undefined) {
    return corps.loading ? null : (
      <Empty description={t('corps.unknown')}>
        <CorpChoice names={[]} value={undefined} />
      </Empty>
    )
  }
  return (
    <ListTable
      name={`customers-${account}`}
      of={account}
      columns={COLUMNS}
      filters={[
        {
          name: 'standing',
          word: 'col.state',
          choices: STANDINGS.map((value) => ({ value, label: label('standing', value) })),
        },
        { name: 'staff', word: 'col.staff' },
        { name: 'tag', word: 'col.tag' },
        { name: 'code', word: 'col.channel-code' },
      ]}
      rowKey={({ staff, customer }) => `${staff}:${customer}`}
      href={({ contact, customer }) => `/contacts/${contact ?? customer}`}
      sorts={['staff', 'addedAt']}
      load={async ({ filters, after, size, sort, signal }) => {
        const standing = STANDINGS.find((one) => one === filters['standing'])
        const { staff, tag, code: state } = filters
        const query = { account, ...given({ standing, staff, tag, state, sort, after, limit: size }) }
        const { customers, next } = await call('listCustomers', { query, signal })
        return { rows: customers, ...(next !== undefined && { next }) }
      }}
      empty={t('customers.none')}
      extra={() => <CorpChoice names={corps.names} value={account} />}
    />
  )
}
