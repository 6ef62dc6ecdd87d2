import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Row = Answer<'listContactOrders'>['orders'][number]

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const COLUMNS: readonly Column<Row>[] = [
  { key: 'orderNo', title: 'col.order', value: ({ orderNo }) => orderNo },
  { key: 'shop', title: 'col.shop', value: ({ shop }) => shop, sorts: true },
  {
    key: 'createdAt',
    title: 'col.created',
    value: ({ order }) => textOf(order['createdAt']),
    show: ({ order }) => <Moment at={textOf(order['createdAt'])} />,
    sorts: true,
  },
  {
    key: 'items',
    title: 'col.items',
    value: ({ order }) => (Array.isArray(order['items']) ? order['items'].length : undefined),
    align: 'right',
  },
  {
    key: 'updatedAt',
    title: 'col.updated',
    value: ({ updatedAt }) => updatedAt,
    show: ({ updatedAt }) => <Moment at={updatedAt} />,
    sorts: true,
  },
]

/** The person’s orders, the newest 200. */
export function ContactOrders({ id }: { id: string }) {
  const { t } = useWords()
  return (
    <ListTable
      whole
      name={`orders-${id}`}
      columns={COLUMNS}
      rowKey={({ shop, orderNo }) => `${shop}:${orderNo}`}
      load={async ({ signal }) => {
        const { orders } = await call('listContactOrders', { params: { id }, query: { limit: 200 }, signal })
        return { rows: orders }
      }}
      empty={t('contact.no-orders')}
    />
  )
}
