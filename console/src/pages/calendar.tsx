import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Alert, Button, Card, Empty } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { CalendarEntry } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useNarrow } from '../state/theme.js'
import { useWords, WithWords } from '../words/use-words.js'
import './calendar/calendar.css'
import { nameOf } from './calendar/chip.js'
import { Day } from './calendar/day.js'
import { gridOf, monthAfter, plus, weekOf } from './calendar/days.js'
import { MoveQuestion } from './calendar/move.js'
import { words } from './calendar/words.js'
import { dayIn, minuteIn } from './campaign/written.js'

/** What leaves on which day, what stands in its way, and what of it can be put elsewhere. */
export function CalendarPage() {
  return (
    <WithWords words={words}>
      <Calendar />
    </WithWords>
  )
}

const ZONE = 'Asia/Shanghai'

function Calendar() {
  const { t, both, locale } = useWords()
  const may = useMay()
  const narrow = useNarrow()
  const [search, setSearch] = useSearchParams()
  const [moving, setMoving] = useState<{ entry: CalendarEntry; at: string }>()
  const asked = search.get('day')
  const today = dayIn(new Date(), ZONE)
  const day = asked !== null && /^\d{4}-\d{2}-\d{2}$/.test(asked) ? asked : today
  const days = narrow ? weekOf(day) : gridOf(day)
  const [from = day, to = day] = [days[0], days.at(-1)]
  const { data, problem, again } = useCall('getCalendar', { query: { from, to } }, { everyMs: 60_000 })
  const zone = data?.timeZone ?? ZONE
  const go = (next: string) => setSearch(next === today ? {} : { day: next })
  const step = (by: -1 | 1) => go(narrow ? plus(day, 7 * by) : monthAfter(day, by))
  const title = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' })
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' })
  /** Whether this person may put it elsewhere. */
  const mayMove = ({ kind, movable }: CalendarEntry) =>
    movable && may(kind === 'group-send' ? 'groups:write' : 'campaigns:write')

  /** The same time of another day; asked about before anything is done. */
  function ask(entry: CalendarEntry, wanted: string): void {
    const time = minuteIn(new Date(entry.at), zone).slice(11)
    setMoving({ entry, at: `${wanted}T${time}` })
  }
  function drop(name: string, wanted: string): void {
    const entry = data?.entries.find((one) => nameOf(one) === name)
    if (entry && mayMove(entry) && entry.day !== wanted) ask(entry, wanted)
  }
  const own = days.filter((one) => narrow || one.slice(0, 7) === day.slice(0, 7))
  const collisions = (data?.collisions ?? []).filter((one) => own.includes(one.day))
  return (
    <Needs scope="campaigns:read">
      <Page title={t('nav.calendar')} help={<LimitHelp of="campaigns" />} about={t('calendar.about')}>
        <div className="actions">
          <Button icon={<LeftOutlined />} aria-label={t('calendar.before')} onClick={() => step(-1)} />
          <Button onClick={() => go(today)}>{t('calendar.today')}</Button>
          <Button icon={<RightOutlined />} aria-label={t('calendar.after')} onClick={() => step(1)} />
          <h2 className="calendar-title">{title.format(new Date(`${day}T00:00:00Z`))}</h2>
        </div>
        {problem && <ProblemAlert problem={problem} again={again} />}
        <div className={`calendar${narrow ? ' week' : ''}`} data-testid="calendar" data-from={data?.from}>
          {!narrow &&
            days.slice(0, 7).map((one) => (
              <div key={one} className="weekday quiet">
                {weekday.format(new Date(`${one}T00:00:00Z`))}
              </div>
            ))}
          {days.map((one) => (
            <Day
              key={one}
              day={one}
              view={data}
              today={one === today}
              outside={!own.includes(one)}
              long={narrow}
              mayMove={mayMove}
              move={(entry, by) => ask(entry, plus(entry.day, by))}
              drop={drop}
            />
          ))}
        </div>
        {data?.entries.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('calendar.none')} />}
        <Card size="small" title={t('calendar.collisions')}>
          {collisions.length === 0 && <p className="quiet">{t('calendar.no-collisions')}</p>}
          <div className="stack" data-testid="collisions">
            {collisions.map((one) => (
              <Alert
                key={`${one.day}${one.kind}${one.text.en}`}
                type={one.level}
                showIcon
                title={`${one.day} · ${both(one.text)}`}
                {...(one.source !== undefined && { description: t('help.source', { source: one.source }) })}
              />
            ))}
          </div>
        </Card>
        {moving && (
          <MoveQuestion
            key={`${nameOf(moving.entry)}${moving.at}`}
            entry={moving.entry}
            at={moving.at}
            timeZone={zone}
            close={() => setMoving(undefined)}
            after={again}
          />
        )}
      </Page>
    </Needs>
  )
}
