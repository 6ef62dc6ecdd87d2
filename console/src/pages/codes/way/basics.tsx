import { AutoComplete, Input, Radio, Switch } from 'antd'
import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { useWords } from '../../../words/use-words.js'
import { textOf } from '../../content/shapes.js'
import { useCorps } from '../../parts/corps.js'
import { DatesFields } from './dates-fields.js'
import { withField } from './definition.js'
import type { Edits } from './edits.js'
import { Field, FieldGroup } from './field.js'
import { Limit } from './limit.js'

/** What a way is: its name, where its code stands, how long it is good; what is chosen once only while it is new. */
export function Basics({ isNew, made, ...edits }: Edits & { isNew: boolean; made: boolean }) {
  const { t } = useWords()
  const { value, set, change, off, fault } = edits
  const { from, until } = value
  const dates = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
  return (
    <section className="panel">
      <h2>{t('way.edit.basics')}</h2>
      <Field
        label={t('col.name')}
        about={t('way.edit.name.about')}
        limit={<Limit word="way.edit.characters" of={customerLimits.wayRemark} />}
        wrong={fault('name')}
      >
        {(id) => (
          <Input
            id={id}
            value={textOf(value['name'])}
            maxLength={customerLimits.wayRemark.value}
            onChange={({ target }) => set('name', target.value)}
            data-testid="way-name"
          />
        )}
      </Field>
      {isNew && (
        <Field
          label={t('col.channel-code')}
          about={t('way.edit.state.about')}
          limit={<Limit word="way.edit.characters" of={customerLimits.wayState} />}
          wrong={fault('state')}
        >
          {(id) => (
            <Input
              id={id}
              value={textOf(value['state'])}
              maxLength={customerLimits.wayState.value}
              onChange={({ target }) => set('state', target.value)}
            />
          )}
        </Field>
      )}
      <FieldGroup
        label={t('way.edit.place')}
        about={made ? t('way.edit.place.made') : undefined}
        wrong={fault('place')}
      >
        <Radio.Group
          value={value['place'] ?? 'qr'}
          disabled={off || made}
          onChange={({ target }) => set('place', target.value === 'qr' ? undefined : target.value)}
          options={[
            { value: 'qr', label: t('way.edit.place.qr') },
            { value: 'mini-program', label: t('way.edit.place.mini') },
          ]}
        />
      </FieldGroup>
      <Field label={t('way.edit.confirm')} about={t('way.edit.confirm.about')} wrong={fault('confirm')}>
        {(id) => (
          <Switch
            id={id}
            checked={value['confirm'] === true}
            onChange={(on) => set('confirm', on ? true : undefined)}
          />
        )}
      </Field>
      <FieldGroup label={t('way.edit.good')} about={t('way.edit.good.about')} wrong={{}}>
        <DatesFields
          window={dates}
          set={(next) => change(withField(withField(value, 'from', next['from']), 'until', next['until']))}
          off={off}
          fault={(name) => fault(name.replace(/^\./, ''))}
          path=""
          optional
          inPlace
        />
      </FieldGroup>
      {isNew && <Corp {...edits} />}
    </section>
  )
}

/** Which corporation a new way is of. */
function Corp({ value, set, fault }: Edits) {
  const { t } = useWords()
  const { names } = useCorps()
  return (
    <Field label={t('corps.name')} about={t('way.edit.corp.about')} wrong={fault('account')}>
      {(id) => (
        <AutoComplete
          id={id}
          value={textOf(value['account'])}
          options={names.map((name) => ({ value: name }))}
          onChange={(name: string) => set('account', name.trim())}
        />
      )}
    </Field>
  )
}
