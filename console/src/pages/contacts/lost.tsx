import { Empty, Tag } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import type { CustomerRelation } from '../../api/types.js'
import { given } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'
import { CorpChoice, useCorps } from '../parts/corps.js'

const DAY_MS = 86_400_000
const WITHIN = ['1', '7', '30', '90'] as const

/** Customers who removed a member of staff, the latest first. */
export function LostCustomers() {
  const { t } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  const corps = useCorps()
  const account = search.get('account') ?? corps.names[0]
  if (account === undefined) return corps.loading ? null : <Empty description={t('corps.unknown')} />
  const columns: readonly Column<CustomerRelation>[] = [
    {
      key: 'customer',
      title: 'col.customer',
      value: ({ customer }) => customer,
      show: (row) => row.name ?? row.customer,
    },
    { key: 'staff', title: 'col.staff', value: ({ staff }) => staff },
    {
      key: 'tags',
      title: 'col.tags',
      value: ({ tags, corpTags }) => [...corpTags, ...tags].join(' '),
      show: ({ tags, corpTags }) => [...new Set([...corpTags, ...tags])].map((tag) => <Tag key={tag}>{tag}</Tag>),
    },
    { key: 'state', title: 'col.channel-code', value: ({ state }) => state },
    {
      key: 'added',
      title: 'col.added',
      value: ({ addedAt }) => addedAt,
      show: ({ addedAt }) => <Moment at={addedAt} />,
    },
    {
      key: 'kept',
      title: 'cust.kept-days',
      value: (row) => keptDays(row),
      show: (row) => (keptDays(row) === undefined ? '—' : t('cust.days', { n: keptDays(row) ?? 0 })),
      align: 'right',
    },
    {
      key: 'endedAt',
      title: 'cust.lost-at',
      value: ({ endedAt }) => endedAt,
      show: ({ endedAt }) => <Moment at={endedAt} />,
      sorts: 'time',
    },
  ]
  return (
    <div className="stack">
      <p className="quiet">
        {t('cust.lost.about')} {may('operations:read') && <Link to="/alerts">{t('cust.lost.alert')}</Link>}
      </p>
      <ListTable
        name={`lost-${account}`}
        of={account}
        columns={columns}
        filters={[
          { name: 'staff', word: 'col.staff' },
          {
            name: 'days',
            word: 'cust.within',
            choices: WITHIN.map((value) => ({ value, label: t('cust.days', { n: value }) })),
          },
        ]}
        rowKey={({ staff, customer }) => `${staff}:${customer}`}
        href={({ contact, customer }) => `/contacts/${contact ?? customer}`}
        load={async ({ filters, after, size, order, signal }) => {
          const days = WITHIN.find((one) => one === filters['days'])
          const query = given({ staff: filters['staff'], days: days && Number(days), order, after, limit: size })
          const { customers, next } = await call('listLostCustomers', { params: { account }, query, signal })
          return { rows: customers, ...(next !== undefined && { next }) }
        }}
        empty={t('cust.lost.none')}
        extra={() => <CorpChoice names={corps.names} value={account} />}
      />
    </div>
  )
}

function keptDays({ addedAt, endedAt }: CustomerRelation): number | undefined {
  if (addedAt === undefined || endedAt === undefined) return undefined
  return Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(addedAt)) / DAY_MS))
}
