import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Input, Select } from 'antd'
import { useState } from 'react'
import { useWords } from '../../words/use-words.js'
import { DAYS, type Definition, daysOf, daysText } from './definition.js'

/** Changes part of the settings. */
export interface Edits {
  value: Definition
  change(change: Partial<Definition>): void
  /** Nothing may be changed here. */
  fixed: boolean
}

/** Several hours of a day: typed, separated by a space. */
export function Hours(props: { value: string[]; change(hours: string[]): void; fixed: boolean; label: string }) {
  const { t } = useWords()
  return (
    <Select
      mode="tags"
      className="grow"
      open={false}
      suffixIcon={null}
      tokenSeparators={[' ', ',', '，', '、']}
      value={props.value}
      disabled={props.fixed}
      onChange={(hours: string[]) => props.change(hours)}
      placeholder={t('service.hours.place')}
      aria-label={props.label}
    />
  )
}

/** Shifts with several hours a day, days off and days that count as others. */
export function HoursPart({ value, change, fixed }: Edits) {
  const { t } = useWords()
  const [name, setName] = useState('')
  const { shifts, holidays = [], workdays = [] } = value
  const dayChoices = DAYS.map((day, index) => ({ value: index, label: day }))
  const setShift = (shift: string, rules: Definition['shifts'][string]) =>
    change({ shifts: { ...shifts, [shift]: rules } })
  const add = () => {
    const own = name.trim()
    if (own === '' || shifts[own]) return
    setShift(own, [{ days: '周一至周五', hours: ['09:00-18:00'] }])
    setName('')
  }
  return (
    <div className="stack">
      <h3>{t('service.shifts')}</h3>
      <p className="quiet">{t('service.shifts.about')}</p>
      {Object.entries(shifts).map(([shift, rules]) => (
        <Card
          key={shift}
          size="small"
          title={shift}
          data-testid="shift"
          extra={
            !fixed &&
            Object.keys(shifts).length > 1 && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('service.remove')}
                onClick={() =>
                  change({ shifts: Object.fromEntries(Object.entries(shifts).filter(([one]) => one !== shift)) })
                }
              />
            )
          }
        >
          <div className="stack">
            {rules.map((rule, at) => {
              const set = (next: Partial<typeof rule>) =>
                setShift(
                  shift,
                  rules.map((one, index) => (index === at ? { ...one, ...next } : one)),
                )
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own
                <div key={at} className="set-line">
                  <Select
                    mode="multiple"
                    className="set-days"
                    value={daysOf(rule.days)}
                    disabled={fixed}
                    options={dayChoices}
                    onChange={(days: number[]) => set({ days: daysText(days) })}
                    aria-label={t('service.days')}
                  />
                  <Hours
                    value={rule.hours}
                    change={(hours) => set({ hours })}
                    fixed={fixed}
                    label={t('service.hours')}
                  />
                  {!fixed && rules.length > 1 && (
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={t('service.remove')}
                      onClick={() =>
                        setShift(
                          shift,
                          rules.filter((_, index) => index !== at),
                        )
                      }
                    />
                  )}
                </div>
              )
            })}
            {!fixed && (
              <Button
                size="small"
                icon={<PlusOutlined />}
                onClick={() => setShift(shift, [...rules, { days: '周六、周日', hours: ['10:00-16:00'] }])}
              >
                {t('service.days.add')}
              </Button>
            )}
          </div>
        </Card>
      ))}
      {!fixed && (
        <div className="set-line">
          <Input
            value={name}
            onChange={({ target }) => setName(target.value)}
            onPressEnter={add}
            maxLength={20}
            placeholder={t('service.shift.name')}
            aria-label={t('service.shift.name')}
          />
          <Button icon={<PlusOutlined />} onClick={add} disabled={name.trim() === ''}>
            {t('service.shift.add')}
          </Button>
        </div>
      )}
      <h3>{t('service.holidays')}</h3>
      {holidays.map((day, at) => {
        const set = (next: Partial<typeof day>) =>
          change({ holidays: holidays.map((one, index) => (index === at ? { ...one, ...next } : one)) })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own
          <div key={at} className="set-line">
            <Input
              value={day.name}
              disabled={fixed}
              maxLength={20}
              placeholder={t('service.holiday.name')}
              aria-label={t('service.holiday.name')}
              onChange={({ target }) => set({ name: target.value })}
            />
            <Input
              type="date"
              value={day.from}
              disabled={fixed}
              aria-label={t('service.from')}
              onChange={({ target }) => set({ from: target.value })}
            />
            <Input
              type="date"
              value={day.to ?? day.from}
              disabled={fixed}
              aria-label={t('service.to')}
              onChange={({ target }) => set({ to: target.value })}
            />
            <Hours
              value={day.hours ?? []}
              change={(hours) => set({ hours })}
              fixed={fixed}
              label={t('service.holiday.hours')}
            />
            {!fixed && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('service.remove')}
                onClick={() => change({ holidays: holidays.filter((_, index) => index !== at) })}
              />
            )}
          </div>
        )
      })}
      {!fixed && (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => change({ holidays: [...holidays, { from: today() }] })}
        >
          {t('service.holiday.add')}
        </Button>
      )}
      <h3>{t('service.workdays')}</h3>
      {workdays.map((day, at) => {
        const set = (next: Partial<typeof day>) =>
          change({ workdays: workdays.map((one, index) => (index === at ? { ...one, ...next } : one)) })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own
          <div key={at} className="set-line">
            <Input
              type="date"
              value={day.date}
              disabled={fixed}
              aria-label={t('service.date')}
              onChange={({ target }) => set({ date: target.value })}
            />
            <Select
              value={day.as}
              disabled={fixed}
              options={DAYS.map((one) => ({ value: one, label: t('service.as', { day: one }) }))}
              onChange={(as: string) => set({ as })}
              aria-label={t('service.days')}
            />
            {!fixed && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('service.remove')}
                onClick={() => change({ workdays: workdays.filter((_, index) => index !== at) })}
              />
            )}
          </div>
        )
      })}
      {!fixed && (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => change({ workdays: [...workdays, { date: today(), as: '周一' }] })}
        >
          {t('service.workday.add')}
        </Button>
      )}
    </div>
  )
}

const today = () => new Date().toLocaleDateString('sv-SE')
