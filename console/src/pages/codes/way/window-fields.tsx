import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useWords } from '../../../words/use-words.js'
import type { Fault } from './faults.js'
import { FieldGroup } from './field.js'
import { DAYS, daysOf, overMidnight, type Span, spansOf, type Window, withDays, withSpans } from './window.js'

/** What the fields of a window get. */
export interface WindowProps {
  window: Window
  set(window: Window): void
  off: boolean
  fault: Fault
  /** Where it stands: `slots[0].when`. */
  path: string
}

/** The days of the week, to be ticked. */
export function DaysField({ window, set, off, fault, path }: WindowProps) {
  const { t, locale } = useWords()
  const days = daysOf(window)
  const name = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  const none = { validateStatus: 'error' as const, help: t('way.edit.days.none') }
  return (
    <FieldGroup label={t('way.edit.days')} wrong={days.length === 0 ? none : fault(`${path}.days`)}>
      <div className="way-days">
        {DAYS.map((day, at) => (
          <label key={day}>
            <input
              type="checkbox"
              checked={days.includes(at)}
              disabled={off}
              onChange={({ target }) =>
                set(withDays(window, target.checked ? [...days, at] : days.filter((one) => one !== at)))
              }
            />
            <span>{name.format(Date.UTC(2026, 0, 5 + at))}</span>
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

/** The hours of those days; none is all day. */
export function HoursField({ window, set, off, fault, path }: WindowProps) {
  const { t } = useWords()
  const spans = spansOf(window)
  const put = (at: number, span: Span) => set(withSpans(window, spans.toSpliced(at, 1, span)))
  return (
    <FieldGroup label={t('way.edit.hours')} wrong={fault(`${path}.hours`)}>
      {spans.map((span, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hours have no name of their own
        <div key={at} className="way-line way-together">
          {'text' in span ? (
            <Input
              value={span.text}
              aria-label={t('way.edit.hours')}
              className="way-date"
              onChange={({ target }) => put(at, { text: target.value })}
            />
          ) : (
            <>
              <Input
                type="time"
                value={span.from}
                aria-label={t('way.edit.hours.from')}
                className="way-time"
                onChange={({ target }) => put(at, { ...span, from: target.value })}
              />
              <span>–</span>
              <Input
                type="time"
                value={span.until}
                aria-label={t('way.edit.hours.until')}
                className="way-time"
                onChange={({ target }) => put(at, { ...span, until: target.value })}
              />
              {overMidnight(span) && <span className="quiet">{t('way.edit.hours.next')}</span>}
            </>
          )}
          {!off && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('way.edit.hours.take')}
              onClick={() => set(withSpans(window, spans.toSpliced(at, 1)))}
            />
          )}
        </div>
      ))}
      <div className="way-line">
        {spans.length === 0 && <span className="quiet">{t('way.edit.hours.all')}</span>}
        {!off && (
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => {
              const next = spans.length === 0 ? { from: '09:00', until: '18:00' } : { from: '', until: '' }
              set(withSpans(window, [...spans, next]))
            }}
          >
            {t('way.edit.hours.add')}
          </Button>
        )}
      </div>
    </FieldGroup>
  )
}
