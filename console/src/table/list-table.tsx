import { Table } from 'antd'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { ProblemAlert } from '../shell/problem.js'
import { useNarrow } from '../state/theme.js'
import { useWords } from '../words/use-words.js'
import type { AnyWord } from '../words/words.js'
import { Cards } from './cards.js'
import type { Cell } from './csv.js'
import { Empty } from './empty.js'
import { type Filter, FilterBar } from './filter-bar.js'
import { Foot } from './foot.js'
import { OrderChoice } from './order-choice.js'
import type { ListState } from './state.js'
import { type Loader, useList } from './use-list.js'

/** A column of a list. */
export interface Column<Row> {
  key: string
  title: AnyWord
  /** What is shown; the plain value unless given. */
  show?(row: Row): ReactNode
  /** The plain value: in the CSV file and for sorting. */
  value(row: Row): Cell
  /** The time that the API orders a long list by, from either end. */
  sorts?: 'time'
  width?: number
  align?: 'right'
}

/** What a list is made of. */
export interface ListTableProps<Row, Sort extends string = never> {
  /** The name of the CSV file. */
  name: string
  columns: readonly Column<Row>[]
  /** Keys of the columns that the API sorts by, under the same names. */
  sorts?: readonly Sort[]
  filters?: readonly Filter[]
  rowKey(row: Row): string
  /** The page of a row; its first column becomes the link. */
  href?(row: Row): string
  load: Loader<Row, Sort>
  /** Names everything that `load` depends on besides the list’s own state. */
  of?: string
  /** Why there is nothing, when no filter is set. */
  empty: ReactNode
  everyMs?: number
  /** Further buttons beside the filters; they get the way to ask anew. */
  extra?(again: () => void): ReactNode
}

/**
 * A list of the API: its filters, order and page stand in the address, it exports what it lists as CSV, says why it is
 * empty, and becomes cards on a phone.
 */
export function ListTable<Row extends object, const Sort extends string = never>(props: ListTableProps<Row, Sort>) {
  const { columns, sorts = [], filters = [], rowKey, href, empty, extra } = props
  const { t } = useWords()
  const narrow = useNarrow()
  const navigate = useNavigate()
  const list = useList(props)
  const { state, rows, problem, loading } = list
  const filtered = Object.keys(state.filters).length > 0

  const nothing = (
    <Empty filtered={filtered} clear={() => list.filter({})} later={state.after !== undefined} why={empty} />
  )
  const [first, ...others] = columns
  const sortable = columns.filter((column) => column.sorts || sorts.some((key) => key === column.key))
  const shown = (column: Column<Row>, row: Row): ReactNode => {
    const inner = column.show ? column.show(row) : (column.value(row) ?? '—')
    return column === first && href ? <Link to={href(row)}>{inner}</Link> : inner
  }

  return (
    <section className="list">
      <FilterBar
        filters={filters}
        values={state.filters}
        change={list.filter}
        busy={loading}
        again={list.again}
        export={list.save}
      >
        {narrow && sortable.length > 0 && <OrderChoice columns={sortable} sort={state.sort} choose={list.sort} />}
        {extra?.(list.again)}
      </FilterBar>
      {problem && <ProblemAlert problem={problem} again={list.again} />}
      {narrow ? (
        <Cards
          rows={rows}
          loading={loading}
          rowKey={rowKey}
          title={(row) => first && shown(first, row)}
          lines={(row) => others.map((column) => ({ name: t(column.title), value: shown(column, row) }))}
          nothing={problem ? null : nothing}
        />
      ) : (
        <Table<Row>
          size="middle"
          rowKey={rowKey}
          dataSource={[...rows]}
          loading={loading && { delay: 250 }}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: problem ? ' ' : loading ? ' ' : nothing }}
          columns={columns.map((column) => ({
            key: column.key,
            title: t(column.title),
            ...(column.width !== undefined && { width: column.width }),
            ...(column.align && { align: column.align }),
            ...(sortable.includes(column) && {
              sorter: true,
              sortOrder: orderOf(column, state.sort),
              ...(column.sorts === 'time' && {
                sortDirections: ['descend' as const, 'ascend' as const, 'descend' as const],
              }),
            }),
            render: (_: unknown, row: Row) => shown(column, row),
          }))}
          onChange={(_, __, sorter) => {
            const { columnKey, order } = Array.isArray(sorter) ? (sorter[0] ?? {}) : sorter
            list.sort(
              order && columnKey !== undefined ? { column: String(columnKey), down: order === 'descend' } : undefined,
            )
          }}
          {...(href && {
            rowClassName: 'linked',
            onRow: (row: Row) => ({
              onClick: (event) => {
                const inner = event.target instanceof Element && event.target.closest('a,button,input,label')
                if (!inner && getSelection()?.toString() === '') navigate(href(row))
              },
            }),
          })}
        />
      )}
      <Foot list={list} />
    </section>
  )
}

/** A list by time has the newest first until somebody turns it. */
function orderOf({ key, sorts }: { key: string; sorts?: 'time' }, sort: ListState['sort']) {
  if (sort?.column === key) return sort.down ? 'descend' : 'ascend'
  return sorts === 'time' ? 'descend' : null
}
