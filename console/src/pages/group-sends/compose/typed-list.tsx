import { Select } from 'antd'
import { listOf } from '../../content/shapes.js'

/** Words of a list: chosen where some are offered, or typed, each with Enter. */
export function TypedList(props: {
  id: string
  label: string
  value: unknown
  set(words: string[]): void
  options?: readonly { value: string; label: string }[]
}) {
  const { id, label, value, set, options = [] } = props
  return (
    <Select
      mode="tags"
      id={id}
      value={listOf(value)}
      options={[...options]}
      showSearch={{ optionFilterProp: 'label' }}
      tokenSeparators={[',', '，', '、']}
      aria-label={label}
      onChange={(words: string[]) => set([...new Set(words.map((one) => one.trim()).filter((one) => one !== ''))])}
    />
  )
}
