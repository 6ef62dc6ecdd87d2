import { Tag, Tooltip } from 'antd'
import { useState } from 'react'
import type { Answer } from '../../api/client.js'
import type { CalendarEntry } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'
import { Chip, nameOf } from './chip.js'

type View = Answer<'getCalendar'>

/** A day: its holiday, what stands on it, how many mass sends of the month are used. Takes what is dropped on it. */
export function Day(props: {
  day: string
  view: View | undefined
  today: boolean
  outside: boolean
  long: boolean
  mayMove(entry: CalendarEntry): boolean
  move(entry: CalendarEntry, days: number): void
  drop(name: string, day: string): void
}) {
  const { day, view, today, outside, long, mayMove, move, drop } = props
  const { t, both, locale } = useWords()
  const [over, setOver] = useState(false)
  const entries = (view?.entries ?? []).filter((one) => one.day === day)
  const holiday = view?.holidays.find(({ from, to }) => from <= day && day <= to)
  const worked = view?.holidays.find(({ work }) => work.includes(day))
  const lines = (view?.quota ?? []).filter((one) => one.day === day && one.mass.used > 0)
  const date = new Date(`${day}T00:00:00Z`)
  const name = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    ...(long ? { month: 'short', day: 'numeric', weekday: 'short' } : { day: 'numeric' }),
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the keyboard moves what is focused
    <div
      className={`day${outside ? ' outside' : ''}${over ? ' over' : ''}${holiday ? ' holiday' : ''}`}
      data-day={day}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        drop(event.dataTransfer.getData('text/plain'), day)
      }}
    >
      <div className="day-head">
        <time dateTime={day} className={today ? 'today' : ''}>
          {name.format(date)}
        </time>
        {holiday && (
          <Tooltip title={t('help.source', { source: holiday.source })}>
            <Tag color="green">
              {both(holiday)} {t('calendar.off')} {!holiday.verified && t('calendar.unverified')}
            </Tag>
          </Tooltip>
        )}
        {worked && (
          <Tooltip title={`${both(worked)} · ${worked.source}`}>
            <Tag>{t('calendar.work')}</Tag>
          </Tooltip>
        )}
      </div>
      {entries.map((entry) => (
        <Chip
          key={nameOf(entry)}
          entry={entry}
          collisions={(view?.collisions ?? []).filter((one) => one.entries.includes(nameOf(entry)) && one.day === day)}
          timeZone={view?.timeZone ?? 'Asia/Shanghai'}
          movable={mayMove(entry)}
          move={move}
        />
      ))}
      {lines.map(({ account, mass }) => (
        <Tooltip key={account} title={t('calendar.mass.about', { account, ...mass })}>
          <div className={`quota small ${mass.used > mass.of ? 'bad' : 'quiet'}`}>{t('calendar.mass', mass)}</div>
        </Tooltip>
      ))}
    </div>
  )
}
