import { Select } from 'antd'
import { useCall } from '../../../api/use-call.js'
import { listOf } from '../../content/shapes.js'
import { calledOf, type Definition, everyone, itemsOf } from './definition.js'
import type { StaffChoice } from './edits.js'

/** Members who can be chosen: those with customers, those of other contact ways, those named already. */
export function useStaff(account: string | undefined, definition: Definition): StaffChoice[] {
  const { data: listed } = useCall('listContactWays', {
    query: { limit: 200, ...(account !== undefined && { account }) },
  })
  const corp = account ?? listed?.ways[0]?.account
  const { data } = useCall('listCustomerStaff', corp === undefined ? undefined : { params: { account: corp } })
  const ways = (listed?.ways ?? []).flatMap((way) => itemsOf(way.definition)) as Definition[]
  const called: Record<string, string> = Object.assign({}, ...ways.map(calledOf), calledOf(definition))
  const ids = [
    ...(data?.staff ?? []).map(({ staff }) => staff),
    ...[...ways, definition].flatMap(everyone),
    ...Object.keys(called),
  ]
  return [...new Set(ids)].toSorted().map((id) => ({ value: id, label: called[id] ? `${called[id]} ${id}` : id }))
}

/** Chooses members by name or account name; one that is not offered is typed. */
export function StaffSelect(props: {
  id: string
  label: string
  value: unknown
  set(staff: string[]): void
  choices: readonly StaffChoice[]
  placeholder?: string
  testId?: string
}) {
  const { id, label, value, set, choices, placeholder, testId } = props
  return (
    <Select
      mode="tags"
      id={id}
      value={listOf(value)}
      options={[...choices]}
      showSearch={{ optionFilterProp: 'label' }}
      tokenSeparators={[',', '，', '、', ' ']}
      aria-label={label}
      {...(placeholder !== undefined && { placeholder })}
      {...(testId !== undefined && { 'data-testid': testId })}
      onChange={(staff: string[]) => set(staff.map((one) => one.trim()).filter((one) => one !== ''))}
    />
  )
}
