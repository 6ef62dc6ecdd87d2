import { CalendarOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useWords } from '../../../words/use-words.js'
import { DayField } from './day-field.js'
import { withField } from './definition.js'
import { Field } from './field.js'
import { today } from './window.js'
import type { WindowProps } from './window-fields.js'

/** The first and the last day; where they may be missing a button asks for them. */
export function DatesFields({
  window,
  set,
  off,
  fault,
  path,
  optional,
  inPlace = false,
}: WindowProps & { optional: boolean; inPlace?: boolean }) {
  const { t } = useWords()
  if (optional && window['from'] === undefined && window['until'] === undefined) {
    if (off) return inPlace ? <span className="quiet">{t('way.edit.dates.none')}</span> : null
    return (
      <Button
        type="link"
        size="small"
        icon={<CalendarOutlined />}
        className="way-more"
        onClick={() => set({ ...window, from: today() })}
      >
        {t('way.edit.dates.add')}
      </Button>
    )
  }
  const whole = optional ? {} : fault(path, 'own')
  const wrong = (name: string) => {
    const own = fault(`${path}.${name}`)
    return own.help === undefined && window[name] === undefined ? whole : own
  }
  const day = (name: 'from' | 'until', label: string, time: string) => (
    <Field label={label} wrong={wrong(name)}>
      {(id) => (
        <DayField
          id={id}
          label={label}
          value={window[name]}
          set={(next) => set(withField(window, name, next))}
          off={off}
          time={time}
        />
      )}
    </Field>
  )
  return (
    <div className="way-pair">
      {day('from', t('way.edit.from'), '09:00')}
      {day('until', t('way.edit.until'), '18:00')}
    </div>
  )
}
