import { Form, Segmented } from 'antd'
import { useRef } from 'react'
import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { useWords } from '../../../words/use-words.js'
import { fieldsOf, listOf } from '../../content/shapes.js'
import { DatesFields } from './dates-fields.js'
import { type Definition, everyone, itemsOf, withField } from './definition.js'
import type { Edits } from './edits.js'
import { Field } from './field.js'
import { Limit } from './limit.js'
import { Rows } from './rows.js'
import { StaffSelect } from './staff-select.js'
import { DaysField, HoursField } from './window-fields.js'

const OFFICE = { days: ['周一', '周二', '周三', '周四', '周五'], hours: ['09:00-18:00'] }
const MOST = 60

/** Who receives newcomers: the same members all the time, or shifts. What the other one held is kept until one leaves. */
export function Rota({ value, set, change, off, fault, staff }: Edits) {
  const { t } = useWords()
  const aside = useRef<Definition>({})
  const shifts = value['slots'] !== undefined
  function choose(by: string): void {
    const { staff: members, slots, ...others } = value
    if ((by === 'slots') === shifts) return
    aside.current = { ...aside.current, ...(shifts ? { slots } : { staff: members }) }
    const known = shifts ? everyone({ slots }) : listOf(members)
    const kept = shifts ? (members ?? aside.current['staff'] ?? known) : aside.current['slots']
    const fresh = kept ?? [{ when: OFFICE, staff: known }]
    change(withField(others, shifts ? 'staff' : 'slots', fresh))
  }
  const members = customerLimits.wayMembers
  const limit = <Limit word="way.edit.staff.most" of={members} />
  const missing = { validateStatus: 'error' as const, help: t('way.edit.staff.none') }
  const wrong = fault('staff')
  return (
    <>
      <Form.Item
        label={t('way.edit.by')}
        {...(shifts && { extra: <span className="way-about">{limit}</span> })}
        {...(shifts && (value['staff'] === undefined ? fault('slots', 'own') : wrong))}
      >
        <Segmented
          value={shifts ? 'slots' : 'staff'}
          disabled={off}
          aria-label={t('way.edit.by')}
          options={[
            { value: 'staff', label: t('way.edit.by.same') },
            { value: 'slots', label: t('way.edit.by.shifts') },
          ]}
          onChange={choose}
          data-testid="way-by"
        />
      </Form.Item>
      {!shifts && (
        <Field
          label={t('col.staff')}
          about={t('way.edit.staff.about')}
          limit={limit}
          wrong={wrong.help !== undefined && listOf(value['staff']).length === 0 ? missing : wrong}
        >
          {(id) => (
            <StaffSelect
              id={id}
              label={t('col.staff')}
              value={value['staff']}
              set={(next) => set('staff', next)}
              choices={staff}
              testId="way-staff"
            />
          )}
        </Field>
      )}
      {shifts && (
        <Rows
          name="slots"
          rows={itemsOf(value['slots'])}
          set={(rows) => change({ ...value, slots: rows })}
          off={off}
          title={(_, number) => t('way.edit.slot', { n: number })}
          wrong={(path) => [fault(path, 'own'), fault(`${path}.when`, 'own')]}
          adds={[
            {
              label: t('way.edit.slot.add'),
              fresh: () => ({ when: OFFICE, staff: [] }),
              off: itemsOf(value['slots']).length >= MOST,
            },
          ]}
        >
          {(row, put, path) => (
            <Shift row={fieldsOf(row)} set={put} path={path} edits={{ value, set, change, off, fault, staff }} />
          )}
        </Rows>
      )}
    </>
  )
}

function Shift({ row, set, path, edits }: { row: Definition; set(row: unknown): void; path: string; edits: Edits }) {
  const { t } = useWords()
  const { off, fault, staff } = edits
  const window = fieldsOf(row['when'])
  const when = {
    window,
    set: (next: Definition) => set(withField(row, 'when', Object.keys(next).length === 0 ? undefined : next)),
    off,
    fault,
    path: `${path}.when`,
  }
  return (
    <>
      <DaysField {...when} />
      <HoursField {...when} />
      <Field label={t('col.staff')} wrong={fault(`${path}.staff`)}>
        {(id) => (
          <StaffSelect
            id={id}
            label={t('col.staff')}
            value={row['staff']}
            set={(next) => set({ ...row, staff: next })}
            choices={staff}
          />
        )}
      </Field>
      <DatesFields {...when} optional />
    </>
  )
}
