import { Input, InputNumber, Select } from 'antd'
import { useWords } from '../../../words/use-words.js'
import { UNIT_WORDS } from '../names.js'

const UNITS = ['m', 'h', 'd'] as const
type Unit = (typeof UNITS)[number]

/** A written span of time (`2h`) as a number and its unit; one that is written otherwise stays text. */
export function SpanField(props: {
  id?: string
  label: string
  value: string
  set(span: string): void
  placeholder?: string
}) {
  const { id, label, value, set, placeholder } = props
  const { t } = useWords()
  const [, n = '', unit = 'h'] = /^(\d+)\s*([mhd])$/.exec(value.trim()) ?? []
  const named = id === undefined ? {} : { id }
  if (value !== '' && n === '')
    return <Input {...named} value={value} aria-label={label} onChange={({ target }) => set(target.value)} />
  return (
    <span className="way-line way-together">
      <InputNumber
        {...named}
        min={1}
        precision={0}
        value={n === '' ? null : Number(n)}
        aria-label={label}
        {...(placeholder !== undefined && { placeholder })}
        onChange={(next) => set(next === null ? '' : `${next}${unit}`)}
      />
      <Select
        value={unit as Unit}
        aria-label={`${label} ${t('send.unit')}`}
        options={UNITS.map((one) => ({ value: one, label: t(UNIT_WORDS[one]) }))}
        onChange={(next) => n !== '' && set(`${n}${next}`)}
        className="send-unit"
      />
    </span>
  )
}
