import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { WhereInput, Yuan } from './condition-input.js'
import { Choice, DayInput, Many, NumberInput, SpanInput } from './inputs.js'
import type { LeafProps } from './leaf-inputs.js'
import { type Draft, isDraft, spanOf } from './tree.js'
import { useKnown } from './vocabulary.js'

const COMPARISONS: readonly (readonly [string, AnyWord])[] = [
  ['gte', 'seg.op.gte'],
  ['gt', 'seg.op.gt'],
  ['lte', 'seg.op.lte'],
  ['lt', 'seg.op.lt'],
  ['eq', 'seg.op.eq'],
  ['ne', 'seg.op.ne'],
]

/** The inputs of conditions about what people did: events, the last one, sums, sequences. */
export function FactInputs(props: LeafProps) {
  const { kind, value, change, off } = props
  const { t } = useWords()
  const { events } = useKnown()
  const types = [value[kind === 'sequence' ? 'types' : 'type']].flat().map(String).filter(Boolean)
  const options = events.map(({ type, title }) => ({ value: type, label: `${title}（${type}）` }))
  const fields = [...new Set(events.filter(({ type }) => types.includes(type)).flatMap((one) => one.fields))]
  const inbound = types.includes('inbound')
  const where = (
    <WhereInput
      value={value['where']}
      fields={fields}
      off={off}
      change={(next) => {
        const { where: _, ...rest } = value
        change(next === undefined ? rest : { ...rest, where: next })
      }}
    />
  )
  const which = (
    <Many
      value={types}
      options={options}
      off={off}
      label={t(kind === 'sequence' ? 'seg.sequence.types' : 'seg.event')}
      change={(next) => {
        if (kind === 'sequence') change({ ...value, types: next })
        else change({ ...value, type: next.length === 1 ? next[0] : next })
      }}
    />
  )
  if (kind === 'last')
    return (
      <>
        <div className="seg-line">
          {which}
          <LastRange value={value} change={change} off={off} />
        </div>
        {!inbound && where}
      </>
    )
  return (
    <>
      <div className="seg-line">
        {which}
        {kind === 'event' && !inbound && value['never'] === undefined && <CountInputs {...props} />}
        {kind === 'sum' && <SumInputs {...props} fields={fields} />}
        <RangeInput value={value} change={change} off={off} never={kind === 'event' && !inbound} />
        {kind === 'sequence' && <StepsWithin {...props} />}
      </div>
      {kind !== 'sequence' && !inbound && where}
    </>
  )
}

function LastRange({ value, change, off }: Pick<LeafProps, 'value' | 'change' | 'off'>) {
  const { t } = useWords()
  const name = value['within'] === undefined ? 'olderThan' : 'within'
  const { within, olderThan, ...rest } = value
  return (
    <>
      <Choice
        value={name}
        off={off}
        label={t('seg.range')}
        options={[
          { value: 'olderThan', label: t('seg.last.olderThan') },
          { value: 'within', label: t('seg.last.within') },
        ]}
        change={(next) => change({ ...rest, [next]: within ?? olderThan ?? '30d' })}
      />
      <SpanInput
        value={value[name]}
        off={off}
        label={t('seg.range')}
        change={(next) => change({ ...rest, [name]: next })}
      />
    </>
  )
}

function CountInputs({ value, change, off }: LeafProps) {
  const { t } = useWords()
  const count = isDraft(value['count']) ? value['count'] : undefined
  const { count: _, ...rest } = value
  return (
    <>
      <Choice
        value={count ? String(count['op']) : ''}
        off={off}
        label={t('seg.count')}
        options={[
          { value: '', label: t('seg.count.once') },
          ...COMPARISONS.map(([op, word]) => ({ value: op, label: `${t('seg.count')} ${t(word)}` })),
        ]}
        change={(op) => change(op === '' ? rest : { ...value, count: { op, n: count?.['n'] ?? 2 } })}
      />
      {count && (
        <NumberInput
          value={count['n']}
          off={off}
          label={t('seg.count')}
          change={(n) => change({ ...value, count: { ...count, n } })}
        />
      )}
    </>
  )
}

function SumInputs({ value, change, off, fields }: LeafProps & { fields: readonly string[] }) {
  const { t } = useWords()
  const field = String(value['field'] ?? '')
  const names = [...new Set([...fields, field])].filter(Boolean)
  return (
    <>
      <span className="quiet">{t('seg.sum.of')}</span>
      <Choice
        value={field}
        off={off}
        label={t('seg.sum.of')}
        options={names.map((name) => ({ value: name, label: name }))}
        change={(next) => change({ ...value, field: next })}
      />
      <Choice
        value={String(value['op'])}
        off={off}
        label={t('seg.compare')}
        options={COMPARISONS.map(([op, word]) => ({ value: op, label: t(word) }))}
        change={(op) => change({ ...value, op })}
      />
      <NumberInput value={value['n']} off={off} label={t('seg.value')} change={(n) => change({ ...value, n })} />
      {field.endsWith('Fen') && typeof value['n'] === 'number' && <Yuan fen={value['n']} />}
    </>
  )
}

function StepsWithin({ value, change, off }: LeafProps) {
  const { t } = useWords()
  const { span: _, ...rest } = value
  return (
    <>
      <Choice
        value={value['span'] === undefined ? 'no' : 'yes'}
        off={off}
        label={t('seg.sequence.span')}
        options={[
          { value: 'no', label: t('seg.sequence.any') },
          { value: 'yes', label: t('seg.sequence.span') },
        ]}
        change={(next) => change(next === 'no' ? rest : { ...value, span: '1d' })}
      />
      {value['span'] !== undefined && (
        <SpanInput
          value={value['span']}
          off={off}
          label={t('seg.sequence.span')}
          change={(span) => change({ ...value, span })}
        />
      )}
    </>
  )
}

const MODES = {
  ever: 'seg.range.ever',
  within: 'seg.range.within',
  dates: 'seg.range.dates',
  ago: 'seg.range.ago',
  never: 'seg.range.never',
} as const satisfies Record<string, AnyWord>
type Mode = keyof typeof MODES

function RangeInput(props: { value: Draft; change(value: Draft): void; off: boolean; never: boolean }) {
  const { value, change, off, never } = props
  const { t } = useWords()
  const mode = modeOf(value)
  const { within: _, between: __, ever: ___, never: ____, ...rest } = value
  const edges = Array.isArray(value['between']) ? value['between'] : []
  const choose = (next: string) => {
    if (next === 'never') {
      const { count: _____, ...bare } = rest
      return change({ ...bare, never: true })
    }
    const ranges: Record<string, Draft> = {
      within: { within: '30d' },
      dates: { between: ['', ''] },
      ago: { between: ['60d', '30d'] },
    }
    change({ ...rest, ...ranges[next] })
  }
  const edge = (index: 0 | 1) => {
    const input = {
      value: edges[index],
      off,
      label: t('seg.range'),
      change: (next: unknown) => change({ ...rest, between: [edges[0], edges[1]].with(index, next) }),
    }
    return mode === 'ago' ? <SpanInput {...input} /> : <DayInput {...input} />
  }
  return (
    <>
      <Choice
        value={mode}
        off={off}
        label={t('seg.range')}
        options={(Object.keys(MODES) as Mode[])
          .filter((each) => each !== 'never' || never)
          .map((each) => ({ value: each, label: t(MODES[each]) }))}
        change={choose}
      />
      {mode === 'within' && (
        <SpanInput
          value={value['within']}
          off={off}
          label={t('seg.range')}
          change={(within) => change({ ...rest, within })}
        />
      )}
      {(mode === 'dates' || mode === 'ago') && (
        <>
          {edge(0)}
          <span className="quiet">{t('seg.to')}</span>
          {edge(1)}
        </>
      )}
    </>
  )
}

function modeOf(value: Draft): Mode {
  if (value['never'] === true) return 'never'
  if (value['within'] !== undefined) return 'within'
  const { between } = value
  if (!Array.isArray(between)) return 'ever'
  return between.some((edge) => spanOf(edge) !== undefined) ? 'ago' : 'dates'
}
