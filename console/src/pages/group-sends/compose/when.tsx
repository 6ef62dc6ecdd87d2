import { Alert, Input, Radio, Select } from 'antd'
import { useWords } from '../../../words/use-words.js'
import { minuteIn } from '../../campaign/written.js'
import { type Definition, withField } from '../../codes/way/definition.js'
import { Field, FieldGroup } from '../../codes/way/field.js'
import { fieldsOf, textOf } from '../../content/shapes.js'
import { EVERY_WORDS, WHEN_WORDS } from '../names.js'
import type { SendEdits } from './edits.js'

const WAYS = ['manual', 'at', 'every'] as const
type Way = (typeof WAYS)[number]
const EVERY = ['day', 'week', 'month'] as const
const HOUR_MS = 3_600_000

/** When its tasks are made: when somebody starts it, once at a time, or again and again. */
export function When({ value, set, fault, options }: SendEdits) {
  const { t } = useWords()
  const schedule = fieldsOf(value['schedule'])
  const zone = textOf(schedule['timeZone']) || options.timeZone
  const way: Way = schedule['every'] !== undefined ? 'every' : schedule['at'] !== undefined ? 'at' : 'manual'
  const { timeZone } = schedule
  const kept = timeZone === undefined ? {} : { timeZone }
  const now = minuteIn(new Date(), zone)
  const at = textOf(schedule['at'])
  const put = (next: Definition) => set('schedule', Object.keys(next).length === 0 ? undefined : next)
  function choose(next: Way): void {
    if (next === 'manual') put({})
    else if (next === 'at') put({ ...kept, at: minuteIn(new Date(Date.now() + 24 * HOUR_MS), zone) })
    else put({ ...kept, every: 'week', on: [4], time: '20:00' })
  }
  return (
    <section className="panel" data-testid="send-when">
      <h2>{t('send.when')}</h2>
      <FieldGroup label={t('send.begin')} about={t('send.when.about')} wrong={fault('schedule', 'own')}>
        <Radio.Group
          value={way}
          onChange={({ target }) => choose(target.value as Way)}
          options={WAYS.map((one) => ({ value: one, label: t(WHEN_WORDS[one]) }))}
        />
      </FieldGroup>
      {way === 'at' && (
        <Field label={t('send.at')} about={t('send.zone', { zone })} wrong={fault('schedule.at')}>
          {(id) => (
            <Input
              id={id}
              type={/(Z|[+-]\d{2}:\d{2})$/.test(at.slice(10)) ? 'text' : 'datetime-local'}
              className="send-time"
              value={at}
              onChange={({ target }) => put({ ...schedule, at: target.value })}
            />
          )}
        </Field>
      )}
      {way === 'at' && at !== '' && at.slice(0, 16) < now && <Alert type="warning" showIcon title={t('send.past')} />}
      {way === 'every' && <Repeat schedule={schedule} put={put} fault={fault} zone={zone} />}
    </section>
  )
}

function Repeat(props: { schedule: Definition; put(next: Definition): void; fault: SendEdits['fault']; zone: string }) {
  const { schedule, put, fault, zone } = props
  const { t, locale } = useWords()
  const { every } = schedule
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  const days = Array.from({ length: every === 'week' ? 7 : 28 }, (_, index) => ({
    value: index + 1,
    // 2026-03-02 is a Monday.
    label: every === 'week' ? weekday.format(new Date(Date.UTC(2026, 2, 2 + index))) : String(index + 1),
  }))
  const field = (name: 'from' | 'until', label: string) => (
    <Field label={label} about={t('way.edit.optional')} wrong={fault(`schedule.${name}`)}>
      {(id) => (
        <Input
          id={id}
          type="datetime-local"
          className="send-time"
          value={textOf(schedule[name])}
          onChange={({ target }) => put(withField(schedule, name, target.value))}
        />
      )}
    </Field>
  )
  return (
    <>
      <FieldGroup label={t('send.every')} about={t('send.zone', { zone })} wrong={fault('schedule.every')}>
        <div className="way-line send-every">
          <Select
            value={typeof every === 'string' ? every : null}
            aria-label={t('send.every')}
            options={EVERY.map((one) => ({ value: one, label: t(EVERY_WORDS[one]) }))}
            onChange={(next: string) =>
              put(withField({ ...schedule, every: next }, 'on', next === 'day' ? undefined : [1]))
            }
          />
          {every !== 'day' && (
            <Select
              mode="multiple"
              value={Array.isArray(schedule['on']) ? (schedule['on'] as number[]) : []}
              aria-label={t('send.on')}
              options={days}
              onChange={(on: number[]) => put({ ...schedule, on: on.toSorted((one, other) => one - other) })}
            />
          )}
          <Input
            type="time"
            className="way-time"
            value={textOf(schedule['time'])}
            aria-label={t('send.time')}
            onChange={({ target }) => put({ ...schedule, time: target.value })}
          />
        </div>
        {[fault('schedule.on'), fault('schedule.time')].map(({ help }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two places, always the same
          <div key={at} className="bad">
            {help}
          </div>
        ))}
      </FieldGroup>
      <div className="way-pair">
        {field('from', t('send.from'))}
        {field('until', t('send.until'))}
      </div>
    </>
  )
}
