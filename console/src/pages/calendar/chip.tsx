import { SoundOutlined, VideoCameraOutlined, WarningFilled } from '@ant-design/icons'
import { Button, Popover } from 'antd'
import { type KeyboardEvent, useState } from 'react'
import { Link } from 'react-router'
import type { CalendarCollision, CalendarEntry } from '../../api/types.js'
import { State } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

/** The name of what is dragged, for the drop. */
export const nameOf = ({ kind, id, occurrence }: CalendarEntry): string => `${kind}:${id}:${occurrence}`

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

/** One thing on a day: opens what is known of it, can be dragged or moved by keys where it may be moved. */
export function Chip(props: {
  entry: CalendarEntry
  collisions: readonly CalendarCollision[]
  timeZone: string
  /** It may be moved, by this person. */
  movable: boolean
  /** So many days on; 0 asks for a time. */
  move(entry: CalendarEntry, days: number): void
}) {
  const { entry, collisions, timeZone, movable, move } = props
  const { t, label, both, number, locale } = useWords()
  const [open, setOpen] = useState(false)
  const { kind, id, name, at, state, people, tentative, repeats, channels } = entry
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const worst = collisions.some(({ level }) => level === 'error')
  const href = kind === 'push' ? `/campaigns/${id}` : `/group-sends/${id}`
  function keys(event: KeyboardEvent): void {
    const step = event.altKey ? STEPS[event.key] : undefined
    if (step === undefined || !movable) return
    event.preventDefault()
    move(entry, step)
  }
  /** The question takes the place of what is known: Escape is for it alone. */
  function choose(): void {
    setOpen(false)
    move(entry, 0)
  }
  return (
    <Popover
      trigger={['click']}
      open={open}
      onOpenChange={setOpen}
      title={name}
      content={
        <div className="stack chip-more">
          {kind !== 'live' && <State kind={entry.planned ? 'campaign' : 'run'} code={state} />}
          <div>
            {time.format(new Date(at))} {channels.map((one) => label('channel', one)).join(t('list.comma'))}{' '}
            {people !== undefined && t('calendar.people', { n: number(people) })} {repeats && t('calendar.repeats')}
          </div>
          {collisions.map((one) => (
            <div key={one.text.en} className={one.level === 'error' ? 'bad' : 'warn'}>
              {both(one.text)}
              {one.source !== undefined && (
                <div className="quiet small">{t('help.source', { source: one.source })}</div>
              )}
            </div>
          ))}
          <div className="actions">
            {kind !== 'live' && <Link to={href}>{t('calendar.open')}</Link>}
            {movable && (
              <Button size="small" onClick={choose}>
                {t('calendar.move')}
              </Button>
            )}
          </div>
          {kind !== 'live' && <p className="quiet small">{movable ? t('calendar.keys') : t('calendar.fixed')}</p>}
        </div>
      }
    >
      <button
        type="button"
        className={`chip ${kind}${tentative ? ' tentative' : ''}${entry.planned || kind === 'live' ? '' : ' past'}`}
        data-entry={nameOf(entry)}
        draggable={movable}
        onKeyDown={keys}
        onDragStart={({ dataTransfer }) => {
          dataTransfer.setData('text/plain', nameOf(entry))
          dataTransfer.effectAllowed = 'move'
        }}
      >
        {collisions.length > 0 && (
          <WarningFilled className={worst ? 'bad' : 'warn'} aria-label={t('calendar.collisions')} />
        )}
        {kind === 'live' && <VideoCameraOutlined aria-label={t('calendar.live')} />}
        {kind === 'group-send' && <SoundOutlined aria-label={t('nav.group-sends')} />}
        <span className="chip-time">{time.format(new Date(at))}</span> <span className="chip-name">{name}</span>
        {tentative && <small>{t('calendar.tentative')}</small>}
      </button>
    </Popover>
  )
}
