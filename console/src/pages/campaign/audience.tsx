import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useCall } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'
import { audienceOf, KINDS, type Row, type Rows, rowsOf, ruleOf, SHAPES, type Shape, segmentsOf } from './rule-rows.js'
import type { Def } from './written.js'

type Audience = NonNullable<Def['audience']>

/** Who gets it: segments by name, or conditions; what the conditions cannot say stands as JSON. */
export function AudienceField({ value, change }: { value: Audience; change(next: Audience): void }) {
  const { t } = useWords()
  const [way, setWay] = useState<'segment' | 'rule'>(segmentsOf(value) ? 'segment' : 'rule')
  return (
    <div className="stack">
      <Segmented<'segment' | 'rule'>
        value={way}
        onChange={(next) => {
          setWay(next)
          change(next === 'segment' ? '' : ruleOf({ include: [{ kind: 'following' }], exclude: [] }))
        }}
        options={[
          { value: 'segment', label: t('compose.segment') },
          { value: 'rule', label: t('compose.rule') },
        ]}
      />
      {way === 'segment' ? <BySegment value={value} change={change} /> : <ByRule value={value} change={change} />}
    </div>
  )
}

function BySegment({ value, change }: { value: Audience; change(next: Audience): void }) {
  const { t } = useWords()
  const { data } = useCall('listSegments', {})
  const { any, none } = segmentsOf(value) ?? { any: [], none: [] }
  const options = (data?.segments ?? []).map(({ slug, title }) => ({ value: slug, label: `${title}（${slug}）` }))
  const common = { mode: 'multiple' as const, options, optionFilterProp: 'label', className: 'wide-field' }
  return (
    <>
      <Select
        {...common}
        id="audience"
        aria-label={t('compose.include')}
        placeholder={t('compose.include')}
        value={any}
        onChange={(next: string[]) => change(audienceOf({ any: next, none }))}
      />
      <Select
        {...common}
        aria-label={t('compose.exclude')}
        placeholder={t('compose.exclude')}
        value={none}
        onChange={(next: string[]) => change(audienceOf({ any, none: next }))}
      />
    </>
  )
}

function ByRule({ value, change }: { value: Audience; change(next: Audience): void }) {
  const { t } = useWords()
  const rows = rowsOf(value)
  if (!rows) return <AsText value={value} change={change} />
  const put = (side: keyof Rows) => (next: Row[]) => change(ruleOf({ ...rows, [side]: next }))
  return (
    <>
      <RowsOf title={t('compose.include.rows')} rows={rows.include} change={put('include')} />
      <RowsOf title={t('compose.exclude')} rows={rows.exclude} change={put('exclude')} />
    </>
  )
}

function RowsOf({ title, rows, change }: { title: string; rows: Row[]; change(next: Row[]): void }) {
  const { t } = useWords()
  const put = (index: number, row: Row) => change(rows.map((one, at) => (at === index ? row : one)))
  const choices = KINDS.map((kind) => ({ value: kind, label: t(`campaign.row.${kind}`, { n: '…' }) }))
  return (
    <fieldset className="rule-rows">
      <legend className="quiet">{title}</legend>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name, and two may be alike
        <div key={index} className="rule-row">
          <Select
            value={row.kind}
            options={choices}
            aria-label={title}
            popupMatchSelectWidth={false}
            onChange={(kind) => put(index, beginning(kind))}
          />
          {typeof row.n === 'number' && (
            <InputNumber
              min={1}
              max={100_000}
              precision={0}
              value={row.n}
              aria-label={t(`campaign.row.${row.kind}`, { n: row.n })}
              onChange={(n) => put(index, { ...row, n: n ?? 1 })}
            />
          )}
          {typeof row.n === 'string' && (
            <Input
              value={row.n}
              maxLength={80}
              aria-label={t(`campaign.row.${row.kind}`, { n: row.n })}
              onChange={({ target }) => put(index, { ...row, n: target.value })}
            />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('compose.remove')}
            onClick={() => change(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => change([...rows, beginning('bought')])}>
        {t('compose.add')}
      </Button>
    </fieldset>
  )
}

function AsText({ value, change }: { value: Audience; change(next: Audience): void }) {
  const { t } = useWords()
  const [text, setText] = useState(JSON.stringify(value, null, 2))
  return (
    <div>
      <p className="quiet">{t('compose.as-text.about')}</p>
      <Input.TextArea
        value={text}
        rows={10}
        aria-label={t('compose.as-text')}
        onChange={({ target }) => {
          setText(target.value)
          try {
            const read: unknown = JSON.parse(target.value)
            if (typeof read === 'object' && read !== null) change(read as Record<string, unknown>)
          } catch {
            // What is typed is not JSON yet; the last text that was one stays.
          }
        }}
      />
    </div>
  )
}

function beginning(kind: Row['kind']): Row {
  const shape: Shape = SHAPES[kind]
  return { kind, ...(shape.start !== undefined && { n: shape.start }) }
}
