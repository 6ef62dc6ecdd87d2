import { Input, InputNumber, Select, Space } from 'antd'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { spanOf } from './tree.js'

/** What every input of a condition takes. */
export interface InputProps<T> {
  value: T
  change(value: T): void
  off: boolean
  label: string
}

const UNITS: readonly (readonly ['m' | 'h' | 'd' | 'w', AnyWord])[] = [
  ['d', 'seg.unit.d'],
  ['h', 'seg.unit.h'],
  ['m', 'seg.unit.m'],
  ['w', 'seg.unit.w'],
]

/** A stretch of time: whole business days and weeks, or exact hours and minutes. */
export function SpanInput({ value, change, off, label }: InputProps<unknown>) {
  const { t } = useWords()
  const span = spanOf(value) ?? { n: 0, unit: 'd' as const }
  return (
    <Space.Compact>
      <InputNumber
        value={span.n > 0 ? span.n : null}
        min={1}
        max={9_999_999}
        precision={0}
        disabled={off}
        aria-label={label}
        onChange={(n) => change(`${n ?? ''}${span.unit}`)}
        className="seg-n"
      />
      <Select
        value={span.unit}
        disabled={off}
        aria-label={t('seg.unit')}
        options={UNITS.map(([unit, word]) => ({ value: unit, label: t(word) }))}
        onChange={(unit) => change(`${span.n || ''}${unit}`)}
        popupMatchSelectWidth={false}
      />
    </Space.Compact>
  )
}

/** A choice; the value stays visible even when it is none of the offered ones. */
export function Choice(props: {
  value: string | undefined
  options: readonly { value: string; label: string }[]
  change(value: string): void
  off: boolean
  label: string
  wide?: boolean
  search?: boolean
}) {
  const { value, options, change, off, label, wide = false, search = false } = props
  return (
    <Select
      {...(value !== undefined && { value })}
      disabled={off}
      aria-label={label}
      options={[...options]}
      onChange={change}
      popupMatchSelectWidth={false}
      className={wide ? 'seg-wide' : 'seg-choice'}
      {...(search && { showSearch: { optionFilterProp: 'label' } })}
    />
  )
}

/** Several words; what is not offered can be typed. */
export function Many(props: {
  value: readonly string[]
  options: readonly { value: string; label: string }[]
  change(value: string[]): void
  off: boolean
  label: string
}) {
  const { value, options, change, off, label } = props
  return (
    <Select
      mode="tags"
      value={[...value]}
      disabled={off}
      aria-label={label}
      placeholder={label}
      options={[...options]}
      onChange={change}
      tokenSeparators={[',', '，', '、']}
      popupMatchSelectWidth={false}
      className="seg-many"
    />
  )
}

/** A day of the calendar by the browser's own picker. */
export function DayInput({ value, change, off, label }: InputProps<unknown>) {
  const text = typeof value === 'string' ? value : ''
  const kind = text.includes('T') ? 'datetime-local' : 'date'
  return (
    <Input
      type={kind}
      value={text}
      disabled={off}
      aria-label={label}
      onChange={({ target }) => change(target.value)}
      className="seg-day"
    />
  )
}

/** A number. */
export function NumberInput({ value, change, off, label }: InputProps<unknown>) {
  return (
    <InputNumber
      value={typeof value === 'number' ? value : null}
      disabled={off}
      aria-label={label}
      onChange={(n) => change(n ?? undefined)}
      className="seg-number"
    />
  )
}

/** Words. */
export function TextInput({ value, change, off, label }: InputProps<unknown>) {
  return (
    <Input
      value={typeof value === 'string' ? value : value === undefined ? '' : String(value)}
      disabled={off}
      aria-label={label}
      maxLength={200}
      onChange={({ target }) => change(target.value)}
      className="seg-text"
    />
  )
}
