import { Form, Input, InputNumber, Radio, Select } from 'antd'
import { useWords } from '../../../words/use-words.js'
import { type Definition, withField } from '../../codes/way/definition.js'
import { Field, FieldGroup } from '../../codes/way/field.js'
import { textOf } from '../../content/shapes.js'
import type { SendEdits } from './edits.js'
import { FollowUp } from './follow-up.js'
import { Messages } from './messages.js'
import { When } from './when.js'
import { Who } from './who.js'

/** Every field of a group send's definition. Fields that stand in no place here stay as they are. */
export function SendForm(
  props: Omit<SendEdits, 'set'> & {
    change(value: Definition): void
    id: string
    /** Only while it is new. */
    setId?(id: string): void
  },
) {
  const { change, id, setId, ...given } = props
  const { value } = given
  const edits: SendEdits = { ...given, set: (name, next) => change(withField(value, name, next)) }
  return (
    <Form layout="vertical" requiredMark={false} className="way-form">
      <Basics {...edits} id={id} {...(setId && { setId })} />
      <Who {...edits} />
      <Messages {...edits} />
      <When {...edits} />
      <FollowUp {...edits} />
    </Form>
  )
}

function Basics({ value, set, fault, options, id, setId }: SendEdits & { id: string; setId?(id: string): void }) {
  const { t, number } = useWords()
  const above = value['approvalAbove']
  return (
    <section className="panel">
      <h2>{t('way.edit.basics')}</h2>
      <Field label={t('col.name')} wrong={fault('name')}>
        {(field) => (
          <Input
            id={field}
            value={textOf(value['name'])}
            maxLength={40}
            onChange={({ target }) => set('name', target.value)}
            data-testid="send-name"
          />
        )}
      </Field>
      <FieldGroup label={t('col.purpose')} about={t('send.purpose.about')} wrong={fault('purpose')}>
        <Radio.Group
          value={value['purpose']}
          onChange={({ target }) => set('purpose', target.value)}
          options={[
            { value: 'marketing', label: t('purpose.marketing') },
            { value: 'care', label: t('purpose.care') },
          ]}
        />
      </FieldGroup>
      {(options.accounts.length > 1 || value['account'] !== undefined) && (
        <Field label={t('corps.name')} wrong={fault('account')}>
          {(field) => (
            <Select
              id={field}
              value={textOf(value['account']) || null}
              options={options.accounts.map((name) => ({ value: name, label: name }))}
              onChange={(name: string) => set('account', name)}
            />
          )}
        </Field>
      )}
      <div className="way-pair">
        <Field label={t('col.id')} {...(setId && { about: t('way.edit.slug.about') })} wrong={fault('id')}>
          {(field) => (
            <Input
              id={field}
              value={id}
              maxLength={48}
              disabled={setId === undefined}
              onChange={({ target }) => setId?.(target.value)}
              data-testid="send-id"
            />
          )}
        </Field>
        <Field
          label={t('send.above')}
          about={t('send.above.about', { n: number(options.approvalAbove) })}
          wrong={fault('approvalAbove')}
        >
          {(field) => (
            <InputNumber
              id={field}
              min={0}
              value={typeof above === 'number' ? above : null}
              placeholder={String(options.approvalAbove)}
              onChange={(next) => set('approvalAbove', next ?? undefined)}
            />
          )}
        </Field>
      </div>
    </section>
  )
}
