import { Select } from 'antd'
import { useWords } from '../words/use-words.js'
import type { AnyWord } from '../words/words.js'
import type { ListState } from './state.js'

/** The order of a list on a phone, where no column has a head to press. */
export function OrderChoice(props: {
  columns: readonly { key: string; title: AnyWord }[]
  sort: ListState['sort']
  choose(sort: ListState['sort']): void
}) {
  const { columns, sort, choose } = props
  const { t } = useWords()
  return (
    <Select
      allowClear
      className="filter"
      aria-label={t('list.order')}
      placeholder={t('list.order')}
      popupMatchSelectWidth={false}
      value={sort ? `${sort.down ? '-' : ''}${sort.column}` : null}
      options={columns.flatMap(({ key, title }) => [
        { value: key, label: `${t(title)} ↑` },
        { value: `-${key}`, label: `${t(title)} ↓` },
      ])}
      onChange={(chosen: string | null | undefined) =>
        choose(chosen ? { column: chosen.replace(/^-/, ''), down: chosen.startsWith('-') } : undefined)
      }
      data-testid="order"
    />
  )
}
