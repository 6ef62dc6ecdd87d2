import { Input, InputNumber, Select } from 'antd'
import { useWords } from '../../words/use-words.js'
import { AnswerForm } from './answer-form.js'
import { Field } from './field.js'
import { type Content, type FormProps, fieldsOf, listOf, textOf } from './shapes.js'

const DAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'] as const

/** A rule: which words, when, and the answer. */
export function ReplyForm({ content, change, readOnly, problems }: FormProps) {
  const { t, locale } = useWords()
  const match = fieldsOf(content['match'])
  const when = fieldsOf(content['when'])
  const setMatch = (fields: Content) => change({ match: present({ ...match, ...fields }) })
  function setWhen(fields: Content): void {
    const next = present({ ...when, ...fields })
    change({ when: Object.keys(next).length === 0 ? undefined : next })
  }
  const words = (of: Content, name: string, label: string, set: (fields: Content) => void, hint: string) => (
    <Select
      mode="tags"
      open={false}
      suffixIcon={null}
      disabled={readOnly}
      value={listOf(of[name])}
      onChange={(chosen: string[]) => set({ [name]: chosen })}
      placeholder={hint}
      aria-label={label}
      {...(name === 'exact' || name === 'contains' ? { tokenSeparators: ['，', ',', '、'] } : {})}
    />
  )
  const date = (name: 'from' | 'until', label: string) => (
    <Input
      type="date"
      value={textOf(when[name]).slice(0, 10)}
      onChange={({ target }) => setWhen({ [name]: target.value })}
      readOnly={readOnly}
      aria-label={label}
    />
  )
  const dayName = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  return (
    <div className="stack">
      <Field label={t('reply.exact')} of="match.exact" about={t('reply.exact.about')} problems={problems.map(ofExact)}>
        {words(match, 'exact', t('reply.exact'), setMatch, t('reply.enter'))}
      </Field>
      <Field label={t('reply.contains')} of="match.contains" problems={problems}>
        {words(match, 'contains', t('reply.contains'), setMatch, t('reply.enter'))}
      </Field>
      <Field label={t('reply.regex')} of="match.regex" problems={problems}>
        {words(match, 'regex', t('reply.regex'), setMatch, '^\\d+$')}
      </Field>
      <Field label={t('reply.answer')} of="answer" problems={problems}>
        <AnswerForm answer={content['answer']} set={(answer) => change({ answer })} readOnly={readOnly} />
      </Field>
      <Field label={t('reply.priority')} of="priority" about={t('reply.priority.about')} problems={problems}>
        <InputNumber
          value={typeof content['priority'] === 'number' ? content['priority'] : null}
          onChange={(priority) => change({ priority: priority ?? undefined })}
          min={-1000}
          max={1000}
          precision={0}
          placeholder="0"
          readOnly={readOnly}
          aria-label={t('reply.priority')}
        />
      </Field>
      <h2>{t('reply.when')}</h2>
      <div className="field-row">
        <Field label={t('reply.hours')} of="when.hours" about={t('reply.hours.about')} problems={problems}>
          {words(when, 'hours', t('reply.hours'), setWhen, '09:00-18:00')}
        </Field>
        <Field label={t('reply.days')} of="when.days" problems={problems}>
          <Select
            mode="multiple"
            allowClear
            disabled={readOnly}
            value={listOf(when['days'])}
            onChange={(days: string[]) => setWhen({ days })}
            options={DAYS.map((day, index) => ({ value: day, label: dayName.format(Date.UTC(2026, 0, 5 + index)) }))}
            aria-label={t('reply.days')}
          />
        </Field>
      </div>
      <div className="field-row">
        <Field label={t('reply.from')} of="when.from" problems={problems}>
          {date('from', t('reply.from'))}
        </Field>
        <Field label={t('reply.until')} of="when.until" problems={problems}>
          {date('until', t('reply.until'))}
        </Field>
      </div>
    </div>
  )
}

/** That there is no word at all is said where the first one would stand. */
const ofExact = <P extends { field: string }>(problem: P): P =>
  problem.field === 'match' ? { ...problem, field: 'match.exact' } : problem

/** What was emptied is not there. */
function present(fields: Content): Content {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  )
}
