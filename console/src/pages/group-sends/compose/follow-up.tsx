import { Checkbox, InputNumber, Switch } from 'antd'
import { groupLimits } from '../../../../../rules/wecom/limits-groups.js'
import { useWords } from '../../../words/use-words.js'
import { withField } from '../../codes/way/definition.js'
import { Field, FieldGroup, Wrong } from '../../codes/way/field.js'
import { Rows } from '../../codes/way/rows.js'
import { StaffSelect } from '../../codes/way/staff-select.js'
import { fieldsOf, listOf, textOf } from '../../content/shapes.js'
import { kindOf } from '../shown.js'
import type { SendEdits } from './edits.js'
import { SpanField } from './span-field.js'

/** What happens to those who do not confirm: reminders, somebody who is told, and an end. */
export function FollowUp(edits: SendEdits) {
  const { t } = useWords()
  const { value, set, fault, options } = edits
  const reminders = listOf(value['remindAfter'])
  const moments = kindOf(fieldsOf(value['to'])) === 'moments'
  return (
    <section className="panel" data-testid="send-follow-up">
      <h2>{t('send.follow-up')}</h2>
      <p className="way-about">{t('send.follow-up.about')}</p>
      <FieldGroup
        label={t('send.reminders')}
        about={t(moments ? 'send.reminders.moments' : 'send.reminders.about', { n: groupLimits.sendReminders.value })}
        wrong={fault('remindAfter', 'own')}
      >
        <Rows
          name="remindAfter"
          rows={reminders}
          set={(next) => set('remindAfter', next)}
          off={false}
          title={(_, place) => t('send.reminder', { n: place })}
          wrong={(path) => [fault(path)]}
          adds={[
            {
              label: t('send.reminder.add'),
              fresh: () => `${2 + 3 * reminders.length}h`,
              off: reminders.length >= groupLimits.sendReminders.value,
            },
          ]}
        >
          {(span, put) => <SpanField label={t('send.reminder.after')} value={textOf(span)} set={put} />}
        </Rows>
      </FieldGroup>
      <Escalation {...edits} />
      <Field
        label={t('send.expires')}
        about={t('send.expires.about', { n: options.expireAfterMinutes / 60 })}
        wrong={fault('expireAfter')}
      >
        {(id) => (
          <SpanField
            id={id}
            label={t('send.expires')}
            value={textOf(value['expireAfter'])}
            set={(next) => set('expireAfter', next)}
            placeholder={String(options.expireAfterMinutes / 60)}
          />
        )}
      </Field>
    </section>
  )
}

function Escalation({ value, set, fault, staff }: SendEdits) {
  const { t } = useWords()
  const on = value['escalate'] !== undefined
  const escalate = fieldsOf(value['escalate'])
  const minutes = escalate['afterMinutes']
  const groups = kindOf(fieldsOf(value['to'])) === 'groups'
  const put = (name: string, next: unknown) => set('escalate', withField(escalate, name, next))
  return (
    <>
      <Field label={t('send.escalate')} about={t('send.escalate.about')} wrong={fault('escalate', 'own')}>
        {(id) => (
          <Switch
            id={id}
            checked={on}
            onChange={(next) => set('escalate', next ? { afterMinutes: 240, to: '' } : undefined)}
          />
        )}
      </Field>
      {on && (
        <div className="way-row send-row">
          <div className="way-pair">
            <Field label={t('send.escalate.after')} wrong={fault('escalate.afterMinutes')}>
              {(id) => (
                <InputNumber
                  id={id}
                  min={5}
                  precision={0}
                  value={typeof minutes === 'number' ? minutes : null}
                  onChange={(next) => put('afterMinutes', next ?? undefined)}
                />
              )}
            </Field>
            <Field label={t('send.escalate.to')} wrong={fault('escalate.to')}>
              {(id) => (
                <StaffSelect
                  id={id}
                  label={t('send.escalate.to')}
                  value={escalate['to'] === '' ? undefined : escalate['to']}
                  set={(next) => set('escalate', { ...escalate, to: next.at(-1) ?? '' })}
                  choices={staff}
                />
              )}
            </Field>
          </div>
          {groups && (
            <p>
              <Checkbox
                checked={escalate['transferGroups'] === true}
                onChange={({ target }) => put('transferGroups', target.checked ? true : undefined)}
              >
                {t('send.escalate.transfer')}
              </Checkbox>
            </p>
          )}
          <Wrong of={fault('escalate.transferGroups')} />
        </div>
      )}
    </>
  )
}
