import { Alert, Input, Radio, Select } from 'antd'
import type { CampaignOptions } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'
import { cronOf, isQuiet, type Repeat, repeatOf, timeOf } from './when.js'
import { type Def, minuteIn } from './written.js'

type Schedule = NonNullable<Def['schedule']>

/** When it leaves: once approved, at a time, or repeatedly; with what stands against the time. */
export function WhenField(props: {
  value: Schedule | undefined
  options: CampaignOptions
  change(next: Schedule | undefined): void
}) {
  const { value, options, change } = props
  const { timeZone, quietHours } = options
  const { t } = useWords()
  const way = value?.cron !== undefined ? 'repeat' : value?.at !== undefined ? 'at' : 'manual'
  const now = minuteIn(new Date(), timeZone)
  const time = timeOf(value)
  const kept = value?.timeZone === undefined ? {} : { timeZone: value.timeZone }
  const quiet = quietHours.mode !== 'ignore' && time !== undefined && isQuiet(time, quietHours.hours)
  return (
    <div className="stack">
      <Radio.Group
        value={way}
        onChange={({ target }) => {
          if (target.value === 'manual') change(undefined)
          else if (target.value === 'at') change({ ...kept, at: now })
          else change({ ...kept, cron: cronOf({ every: 'week', on: 4, time: '10:00' }) })
        }}
        options={(['manual', 'at', 'repeat'] as const).map((one) => ({ value: one, label: t(`campaign.when.${one}`) }))}
      />
      {way === 'at' && (
        <Input
          type="datetime-local"
          id="at"
          className="time-field"
          aria-label={t('compose.time')}
          value={value?.at?.slice(0, 16)}
          onChange={({ target }) => change({ ...kept, at: target.value })}
        />
      )}
      {way === 'repeat' && value && <RepeatField value={value} change={change} />}
      <div className="quiet small">{t('compose.zone', { zone: value?.timeZone ?? timeZone })}</div>
      {quiet && quietHours.mode !== 'ignore' && (
        <Alert type="warning" showIcon title={t(`campaign.quiet.${quietHours.mode}`, { hours: quietHours.hours })} />
      )}
      {way === 'at' && value?.at !== undefined && value.timeZone === undefined && value.at.slice(0, 16) < now && (
        <Alert type="warning" showIcon title={t('compose.past')} />
      )}
    </div>
  )
}

function RepeatField({ value, change }: { value: Schedule; change(next: Schedule): void }) {
  const { t, locale } = useWords()
  const repeat = repeatOf(value.cron ?? '')
  if (!repeat) {
    return (
      <Input
        value={value.cron}
        maxLength={60}
        aria-label={t('compose.cron')}
        onChange={({ target }) => change({ ...value, cron: target.value })}
      />
    )
  }
  const put = (next: Partial<Repeat>) => change({ ...value, cron: cronOf({ ...repeat, ...next }) })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  const count = repeat.every === 'week' ? 7 : 28
  const days = Array.from({ length: count }, (_, index) => ({
    value: index + 1,
    // 2026-03-02 is a Monday.
    label: repeat.every === 'week' ? weekday.format(new Date(Date.UTC(2026, 2, 2 + index))) : String(index + 1),
  }))
  return (
    <div className="rule-row">
      <Select
        value={repeat.every}
        aria-label={t('campaign.when.repeat')}
        options={(['day', 'week', 'month'] as const).map((one) => ({ value: one, label: t(`campaign.every.${one}`) }))}
        onChange={(every) => put({ every, on: 1 })}
      />
      {repeat.every !== 'day' && (
        <Select value={repeat.on} aria-label={t('compose.on')} options={days} onChange={(on: number) => put({ on })} />
      )}
      <Input
        type="time"
        className="time-field"
        value={repeat.time}
        aria-label={t('compose.time')}
        onChange={({ target }) => target.value !== '' && put({ time: target.value })}
      />
    </div>
  )
}
