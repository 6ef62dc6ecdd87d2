import { useWords } from '../../../words/use-words.js'
import { fieldsOf, listOf } from '../../content/shapes.js'
import { DatesFields } from './dates-fields.js'
import { type Definition, itemsOf } from './definition.js'
import type { Edits } from './edits.js'
import { Field, Wrong } from './field.js'
import { Rows } from './rows.js'
import { StaffSelect } from './staff-select.js'
import { today } from './window.js'
import { DaysField, HoursField } from './window-fields.js'

const MOST = 60

/** Days that are unlike others: closed, or received by some, at hours of their own. */
export function Holidays(edits: Edits) {
  const { t } = useWords()
  const { value, set, off, fault } = edits
  const rows = itemsOf(value['holidays'])
  const closed = (row: unknown) => listOf(fieldsOf(row)['staff']).length === 0
  const fresh = () => ({ when: { from: today(), until: today() }, staff: [] })
  return (
    <div className="way-list">
      <h3>{t('way.edit.holidays')}</h3>
      <p className="quiet">{t('way.edit.holidays.about')}</p>
      <Rows
        name="holidays"
        rows={rows}
        set={(next) => set('holidays', next)}
        off={off}
        title={(row, number) => t(closed(row) ? 'way.edit.holiday.closed' : 'way.edit.holiday', { n: number })}
        wrong={(path) => [fault(path, 'own')]}
        adds={[{ label: t('way.edit.holiday.add'), fresh, off: rows.length >= MOST }]}
      >
        {(row, put, path) => <Holiday row={fieldsOf(row)} set={put} path={path} edits={edits} />}
      </Rows>
      <Wrong of={fault('holidays', 'own')} />
    </div>
  )
}

function Holiday({ row, set, path, edits }: { row: Definition; set(row: unknown): void; path: string; edits: Edits }) {
  const { t } = useWords()
  const { off, fault, staff } = edits
  const window = fieldsOf(row['when'])
  const when = { window, set: (next: Definition) => set({ ...row, when: next }), off, fault, path: `${path}.when` }
  const open = listOf(row['staff']).length > 0
  return (
    <>
      <DatesFields {...when} optional={false} />
      <Field label={t('way.edit.holiday.staff')} wrong={fault(`${path}.staff`)}>
        {(id) => (
          <StaffSelect
            id={id}
            label={t('way.edit.holiday.staff')}
            value={row['staff']}
            set={(next) => set({ ...row, staff: next })}
            choices={staff}
            placeholder={t('way.edit.holiday.nobody')}
          />
        )}
      </Field>
      {(open || window['hours'] !== undefined) && <HoursField {...when} />}
      {(open || window['days'] !== undefined) && <DaysField {...when} />}
    </>
  )
}
