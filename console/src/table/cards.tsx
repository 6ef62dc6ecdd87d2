import { Card, Skeleton } from 'antd'
import type { ReactNode } from 'react'

/** A list on a phone: each row a card, its fields below each other. */
export function Cards<Row>(props: {
  rows: readonly Row[]
  loading: boolean
  rowKey(row: Row): string
  title(row: Row): ReactNode
  lines(row: Row): readonly { name: string; value: ReactNode }[]
  nothing: ReactNode
}) {
  const { rows, loading, rowKey, title, lines, nothing } = props
  if (rows.length === 0) return loading ? <Skeleton active /> : nothing
  return (
    <ul className={loading ? 'cards busy' : 'cards'}>
      {rows.map((row) => (
        <li key={rowKey(row)}>
          <Card size="small" title={title(row)}>
            <dl className="fields">
              {lines(row).map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  )
}
