import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useWords } from '../words/use-words.js'
import { PAGE_SIZES } from './state.js'
import type { List } from './use-list.js'

/** Below a list: how many, and the way to other pages; nothing where one page holds all. */
export function Foot<Row>({ list }: { list: List<Row> }) {
  const { t, number } = useWords()
  const { state, rows, total, next, previous, resize } = list
  if (!next && !previous && rows.length <= PAGE_SIZES[0]) {
    return rows.length === 0 ? null : (
      <div className="foot quiet">{t('list.all', { n: number(total ?? rows.length) })}</div>
    )
  }
  return (
    <div className="foot">
      <span className="quiet">
        {total === undefined ? t('list.rows', { n: number(rows.length) }) : t('list.all', { n: number(total) })}
      </span>
      <span className="grow" />
      <Select
        size="small"
        value={state.size}
        aria-label={t('list.size')}
        options={PAGE_SIZES.map((value) => ({ value, label: t('list.per-page', { n: value }) }))}
        onChange={resize}
      />
      <Button size="small" icon={<LeftOutlined />} disabled={!previous} onClick={previous} data-testid="previous">
        {t('list.previous')}
      </Button>
      <Button
        size="small"
        icon={<RightOutlined />}
        iconPlacement="end"
        disabled={!next}
        onClick={next}
        data-testid="next"
      >
        {t('list.next')}
      </Button>
    </div>
  )
}
