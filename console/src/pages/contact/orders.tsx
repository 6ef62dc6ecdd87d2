import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { given } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Row = Answer<'listContactOrders'>['orders'][number]

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const COLUMNS: readonly Column<Row>[] = [
  { key: 'orderNo', title: 'col.order', value: ({ orderNo }) => orderNo },
  { key: 'shop', title: 'col.shop', value: ({ shop }) => shop },
  {
    key: 'createdAt',
    title: 'col.created',
    value: ({ order }) => textOf(order['createdAt']),
    show: ({ order }) => <Moment at={textOf(order['createdAt'])} />,
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
  },
]

/** The person’s orders. */
export function ContactOrders({ id }: { id: string }) {
  const { t } = useWords()
  return (
    <ListTable
      name={`orders-${id}`}
      columns={COLUMNS}
      rowKey={({ shop, orderNo }) => `${shop}:${orderNo}`}
      filters={[{ name: 'text', word: 'col.order' }]}
      sorts={['orderNo', 'shop', 'createdAt', 'updatedAt']}
      load={async ({ filters, after, size, sort, signal }) => {
        const query = given({ text: filters['text'], sort, after, limit: size })
        const { orders, next, total } = await call('listContactOrders', { params: { id }, query, signal })
        return { rows: orders, total, ...(next !== undefined && { next }) }
      }}
      empty={t('contact.no-orders')}
    />
  )
}
