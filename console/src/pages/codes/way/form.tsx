import { Form } from 'antd'
import { Basics } from './basics.js'
import { withField } from './definition.js'
import type { Edits } from './edits.js'
import { Newcomer } from './newcomer.js'
import { Reception } from './reception.js'
import { Welcome } from './welcome-rows.js'

/** Every field of a contact way's definition. Fields that stand in no place here stay as they are. */
export function WayForm(
  props: Omit<Edits, 'set'> & {
    /** The way is not there yet: what is chosen once can be chosen. */
    isNew: boolean
    /** The platform has it: its place is fixed. */
    made: boolean
  },
) {
  const { isNew, made, ...given } = props
  const { value, change, off } = given
  const edits: Edits = { ...given, set: (name, next) => change(withField(value, name, next)) }
  return (
    <Form layout="vertical" requiredMark={false} disabled={off} className="way-form">
      <Basics {...edits} isNew={isNew} made={made} />
      <Reception {...edits} />
      <Newcomer {...edits} />
      <Welcome {...edits} />
    </Form>
  )
}
