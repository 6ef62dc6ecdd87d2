import { Alert, Checkbox, Collapse, Form, Input, InputNumber, Segmented, Select } from 'antd'
import type { FieldProblem } from '../../api/problem.js'
import type { CampaignOptions } from '../../api/types.js'
import { LimitHelp } from '../../help/limit-help.js'
import { useWords } from '../../words/use-words.js'
import { AudienceField } from './audience.js'
import { ChannelsField } from './channels.js'
import { ContentField } from './content-field.js'
import { Field } from './field.js'
import { WhenField } from './when-field.js'
import { bySlot, type Def, type Written } from './written.js'

/** The fields of a push; what the API says is wrong stands at its field. */
export function PushForm(props: {
  written: Written
  options: CampaignOptions
  problems: readonly FieldProblem[]
  change(next: Written): void
}) {
  const { written, options, problems, change } = props
  const { id, definition, base } = written
  const { t, label } = useWords()
  const wrong = bySlot(problems)
  const put = (part: { [K in keyof Def]: Def[K] | undefined }) =>
    change({ ...written, definition: without({ ...definition, ...part }) })
  return (
    <Form layout="vertical" component={false}>
      {wrong.other && (
        <Alert
          type="error"
          showIcon
          title={wrong.other.map(({ field, message, fix }) => (
            <div key={field}>
              {field !== '' && <code>{field}</code>} {message} {fix}
            </div>
          ))}
        />
      )}
      <Field label={t('compose.name')} id="name" problems={wrong.name}>
        <Input
          id="name"
          value={definition.name}
          maxLength={60}
          onChange={({ target }) => put({ name: target.value })}
        />
      </Field>
      <div className="two tight">
        <Field label={t('compose.purpose')} problems={wrong.purpose}>
          <Segmented
            value={definition.purpose ?? 'marketing'}
            onChange={(purpose) => put({ purpose })}
            options={(['marketing', 'care'] as const).map((value) => ({ value, label: label('purpose', value) }))}
          />
        </Field>
        {options.accounts.length > 1 && (
          <Field label={t('compose.account')} problems={wrong.account}>
            <Select
              value={definition.account ?? null}
              aria-label={t('compose.account')}
              options={options.accounts.map((value) => ({ value, label: value }))}
              onChange={(account: string) => put({ account })}
            />
          </Field>
        )}
      </div>
      <Field label={t('compose.audience')} problems={wrong.audience}>
        <AudienceField key={base?.version} value={definition.audience ?? ''} change={(audience) => put({ audience })} />
      </Field>
      <Field label={t('compose.content')} problems={wrong.content}>
        <ContentField definition={definition} options={options} change={put} />
      </Field>
      <Field
        label={
          <>
            {t('compose.channels')} <LimitHelp of="campaigns" />
          </>
        }
        problems={wrong.channels}
      >
        <ChannelsField value={definition.channels} change={(channels) => put({ channels })} />
      </Field>
      <Field label={t('compose.when')} problems={wrong.schedule}>
        <WhenField value={definition.schedule} options={options} change={(schedule) => put({ schedule })} />
      </Field>
      <Collapse
        ghost
        items={[
          {
            key: 'more',
            label: t('compose.more'),
            forceRender: false,
            children: (
              <>
                <Field
                  label={t('compose.id')}
                  id="push-id"
                  problems={wrong.id}
                  {...(!base && { extra: t('compose.id.about') })}
                >
                  <Input
                    id="push-id"
                    value={id}
                    disabled={base !== undefined}
                    maxLength={48}
                    onChange={({ target }) => change({ ...written, id: target.value })}
                  />
                </Field>
                <Field label={t('compose.hold-out')} id="hold-out" problems={wrong.holdOut}>
                  <InputNumber
                    id="hold-out"
                    min={0}
                    max={50}
                    value={definition.holdOut ?? 0}
                    onChange={(holdOut) => put({ holdOut: holdOut || undefined })}
                  />
                </Field>
                <Field label={t('compose.waves')} problems={wrong.waves}>
                  <Checkbox
                    checked={Array.isArray(definition.waves)}
                    onChange={({ target }) => put({ waves: target.checked ? [{ share: 5, pause: '30m' }] : undefined })}
                  >
                    {t('compose.waves.about')}
                  </Checkbox>
                </Field>
                <Field label={t('compose.ends-at')} id="ends-at" problems={wrong.endsAt}>
                  <Input
                    id="ends-at"
                    type="datetime-local"
                    className="time-field"
                    value={definition.endsAt?.slice(0, 16) ?? ''}
                    onChange={({ target }) => put({ endsAt: target.value || undefined })}
                  />
                </Field>
              </>
            ),
          },
        ]}
        {...((wrong.id || wrong.holdOut || wrong.waves || wrong.endsAt) && { activeKey: ['more'] })}
      />
    </Form>
  )
}

/** Without the fields that are taken away. */
function without(definition: { [K in keyof Def]: Def[K] | undefined }): Def {
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined)) as Def
}
