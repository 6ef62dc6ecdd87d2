import { InputNumber } from 'antd'
import { useWords } from '../../../words/use-words.js'
import type { Edits } from './edits.js'
import { Field } from './field.js'
import { Holidays } from './holidays.js'
import { Rota } from './rota.js'
import { StaffSelect } from './staff-select.js'

/** Who receives newcomers, and when. */
export function Reception(edits: Edits) {
  const { t } = useWords()
  const { value, set, fault, staff } = edits
  return (
    <section className="panel">
      <h2>{t('way.edit.reception')}</h2>
      <Rota {...edits} />
      <Holidays {...edits} />
      <Field label={t('way.edit.spare')} about={t('way.edit.spare.about')} wrong={fault('spare')}>
        {(id) => (
          <StaffSelect
            id={id}
            label={t('way.edit.spare')}
            value={value['spare']}
            set={(next) => set('spare', next)}
            choices={staff}
            testId="way-spare"
          />
        )}
      </Field>
      <Field label={t('way.edit.cap')} about={t('way.edit.cap.about')} wrong={fault('dailyCap')}>
        {(id) => (
          <InputNumber
            id={id}
            value={typeof value['dailyCap'] === 'number' ? value['dailyCap'] : null}
            min={1}
            max={100_000}
            precision={0}
            placeholder={t('way.edit.cap.none')}
            onChange={(cap) => set('dailyCap', cap ?? undefined)}
          />
        )}
      </Field>
    </section>
  )
}
