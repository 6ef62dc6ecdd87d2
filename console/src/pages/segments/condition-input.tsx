import { AutoComplete, Select } from 'antd'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { Choice, DayInput, Many, NumberInput, SpanInput, TextInput } from './inputs.js'
import { type Draft, isDraft } from './tree.js'

/** What a field's values are. */
export type FieldKind = 'number' | 'date' | 'text' | 'any'

/** A field that is offered. */
export interface KnownField {
  name: string
  kind: FieldKind
  title: string
}

type Op = keyof typeof OPS
const OPS = {
  eq: 'seg.op.eq',
  ne: 'seg.op.ne',
  gt: 'seg.op.gt',
  gte: 'seg.op.gte',
  lt: 'seg.op.lt',
  lte: 'seg.op.lte',
  in: 'seg.op.in',
  between: 'seg.op.between',
  contains: 'seg.op.contains',
  startsWith: 'seg.op.startsWith',
  exists: 'seg.op.exists',
  within: 'seg.op.within',
  olderThan: 'seg.op.olderThan',
  withinNext: 'seg.op.withinNext',
} as const satisfies Record<string, AnyWord>

const FIT: Readonly<Record<FieldKind, readonly Op[]>> = {
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'between', 'exists'],
  date: ['within', 'olderThan', 'withinNext', 'gte', 'lt', 'between', 'exists'],
  text: ['eq', 'ne', 'in', 'contains', 'startsWith', 'exists'],
  any: Object.keys(OPS) as Op[],
}

const SPANS: ReadonlySet<unknown> = new Set(['within', 'olderThan', 'withinNext'])

/** A field compared with a value: only comparisons that fit the field, with the inputs that fit the comparison. */
export function ConditionInput(props: {
  value: Draft
  fields: readonly KnownField[]
  change(value: Draft): void
  off: boolean
}) {
  const { value, fields, change, off } = props
  const { t } = useWords()
  const name = typeof value['field'] === 'string' ? value['field'] : ''
  const kind = fields.find((each) => each.name === name)?.kind ?? 'any'
  const op = String(value['op'] ?? '')
  const set = (more: Draft) => change({ ...value, ...more })

  function choose(next: string): void {
    const fits = FIT[fields.find((each) => each.name === next)?.kind ?? 'any']
    const kept = fits.some((each) => each === op) && next !== ''
    change(kept ? { ...value, field: next } : { field: next, op: fits[0] ?? 'eq' })
  }
  function compare(next: string): void {
    const { value: _, ...rest } = value
    const alike =
      SPANS.has(next) === SPANS.has(op) && !['in', 'between', 'exists'].some((one) => one === next || one === op)
    change(alike ? { ...value, op: next } : { ...rest, op: next, ...(SPANS.has(next) && { value: '30d' }) })
  }

  return (
    <>
      <AutoComplete
        value={name}
        disabled={off}
        aria-label={t('seg.field')}
        placeholder={t('seg.field')}
        options={fields.map((each) => ({ value: each.name, label: `${each.title}（${each.name}）` }))}
        showSearch={{ filterOption: (typed, option) => String(option?.label ?? '').includes(typed) }}
        onChange={choose}
        popupMatchSelectWidth={false}
        className="seg-field"
      />
      <Choice
        value={op}
        off={off}
        label={t('seg.compare')}
        options={FIT[kind].map((each) => ({ value: each, label: t(OPS[each]) }))}
        change={compare}
      />
      <ValueInput op={op} kind={kind} value={value['value']} change={(next) => set({ value: next })} off={off} />
      {name.endsWith('Fen') && typeof value['value'] === 'number' && <Yuan fen={value['value']} />}
    </>
  )
}

function ValueInput(props: {
  op: string
  kind: FieldKind
  value: unknown
  change(value: unknown): void
  off: boolean
}) {
  const { op, kind, value, change, off } = props
  const { t } = useWords()
  const label = t('seg.value')
  const one = { off, label, value, change }
  if (SPANS.has(op)) return <SpanInput {...one} />
  if (op === 'exists')
    return (
      <Choice
        value={value === false ? 'no' : 'yes'}
        off={off}
        label={label}
        options={[
          { value: 'yes', label: t('seg.exists.yes') },
          { value: 'no', label: t('seg.exists.no') },
        ]}
        change={(next) => change(next === 'yes')}
      />
    )
  if (op === 'in') {
    const list = Array.isArray(value) ? value : []
    const asKind = (word: string) => (kind === 'number' && word.trim() !== '' ? Number(word) : word)
    return (
      <Many value={list.map(String)} options={[]} off={off} label={label} change={(next) => change(next.map(asKind))} />
    )
  }
  if (op === 'between') {
    const [from, to] = Array.isArray(value) ? value : []
    const both = [from ?? '', to ?? '']
    return (
      <>
        <Single {...one} kind={kind} value={from} change={(next) => change([next ?? '', both[1]])} />
        <span className="quiet">{t('seg.to')}</span>
        <Single {...one} kind={kind} value={to} change={(next) => change([both[0], next ?? ''])} />
      </>
    )
  }
  return <Single {...one} kind={kind} />
}

/** One value; where the field's kind is not known, one chooses whether it is a number or words. */
function Single(props: { kind: FieldKind; value: unknown; change(value: unknown): void; off: boolean; label: string }) {
  const { kind, value, change, off } = props
  const { t } = useWords()
  if (kind === 'number') return <NumberInput {...props} />
  if (kind === 'date') return <DayInput {...props} />
  if (kind === 'text') return <TextInput {...props} />
  const numeric = typeof value === 'number'
  return (
    <>
      <Select
        value={numeric ? 'number' : 'text'}
        disabled={off}
        aria-label={t('seg.value.kind')}
        options={[
          { value: 'text', label: t('seg.value.text') },
          { value: 'number', label: t('seg.value.number') },
        ]}
        onChange={(next) => change(next === 'number' ? Number(value) || 0 : String(value ?? ''))}
        popupMatchSelectWidth={false}
      />
      {numeric ? <NumberInput {...props} /> : <TextInput {...props} />}
    </>
  )
}

/** Yuan beside an amount in fen. */
export function Yuan({ fen }: { fen: number }) {
  const { money } = useWords()
  return <span className="quiet">= {money(fen)}</span>
}

/** Conditions on the fields of a fact, each its own line. */
export function WhereInput(props: {
  value: unknown
  fields: readonly string[]
  change(value: Draft[] | undefined): void
  off: boolean
}) {
  const { value, fields, change, off } = props
  const { t } = useWords()
  const list = Array.isArray(value) ? value.filter(isDraft) : []
  const known = fields.map((name): KnownField => ({ name, kind: kindByName(name), title: name }))
  return (
    <>
      {list.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name of their own
        <div className="seg-line" key={index}>
          <span className="quiet">{t('seg.where')}</span>
          <ConditionInput value={one} fields={known} off={off} change={(next) => change(list.with(index, next))} />
          {!off && (
            <button
              type="button"
              className="seg-drop"
              aria-label={t('seg.remove')}
              onClick={() => change(list.length === 1 ? undefined : list.toSpliced(index, 1))}
            >
              ✕
            </button>
          )}
        </div>
      ))}
      {!off && list.length < 10 && (
        <button
          type="button"
          className="seg-more"
          onClick={() => change([...list, { field: fields[0] ?? '', op: 'eq', value: '' }])}
        >
          + {t('seg.where.add')}
        </button>
      )}
    </>
  )
}

/** What a fact's field holds, by the way such fields are called. */
function kindByName(name: string): FieldKind {
  if (/(Fen|qty|size|seconds|count|choice|viewers|results)$/i.test(name)) return 'number'
  return /At$/.test(name) ? 'date' : 'any'
}
