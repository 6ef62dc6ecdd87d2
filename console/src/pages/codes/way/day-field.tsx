import { ClockCircleOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useWords } from '../../../words/use-words.js'
import { textOf } from '../../content/shapes.js'
import { dayOf, dayText } from './window.js'

/** A day, and a time of it where one is wanted; a text that is no day is shown as it is. */
export function DayField(props: {
  id: string
  label: string
  value: unknown
  set(day: string): void
  off: boolean
  /** The time that is offered first. */
  time: string
}) {
  const { id, label, value, set, off, time } = props
  const { t } = useWords()
  const text = textOf(value)
  const day = text === '' ? { date: '', time: '' } : dayOf(text)
  if (!day) return <Input id={id} value={text} aria-label={label} onChange={({ target }) => set(target.value)} />
  return (
    <div className="way-line">
      <Input
        id={id}
        type="date"
        value={day.date}
        aria-label={label}
        className="way-date"
        onChange={({ target }) => set(dayText({ ...day, date: target.value }))}
      />
      {day.time !== '' ? (
        <Input
          type="time"
          value={day.time}
          aria-label={`${label} ${t('way.edit.time')}`}
          className="way-time"
          onChange={({ target }) => set(dayText({ ...day, time: target.value }))}
        />
      ) : (
        !off &&
        day.date !== '' && (
          <Button
            type="text"
            icon={<ClockCircleOutlined />}
            aria-label={`${label} ${t('way.edit.time.add')}`}
            title={t('way.edit.time.add')}
            onClick={() => set(dayText({ ...day, time }))}
          />
        )
      )}
    </div>
  )
}
