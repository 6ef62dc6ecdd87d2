import { Radio } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { GroupSendOptions } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'
import { Question } from './question.js'
import { kindOf, type Shown } from './shown.js'
import { spanText, whenText } from './when-text.js'

/** Asks before its tasks are made, at its time or now, and says what then happens and what cannot be undone. */
export function StartQuestion(props: {
  send: Shown
  options: GroupSendOptions | undefined
  close(): void
  again(): void
}) {
  const { send, options, close, again } = props
  const words = useWords()
  const { t, number } = words
  const { id, definition, estimate } = send
  const kind = kindOf(definition.to)
  const when = whenText(definition.schedule, words)
  const [now, setNow] = useState(when === undefined)
  const { owners = 0, tasks = 0, skipped = {} } = estimate ?? {}
  const out = Object.values(skipped).reduce((sum, one) => sum + one, 0)
  const lasts = definition.expireAfter ?? (options && `${options.expireAfterMinutes / 60}h`)
  return (
    <Question
      title={t('send.start.title', { name: definition.name })}
      ok={t(now ? 'send.start.now' : 'send.start.then')}
      done={t(now ? 'send.started' : 'send.scheduled')}
      act={() => call('startGroupSend', { params: { id }, body: { now } })}
      close={close}
      again={again}
    >
      {when !== undefined && (
        <Radio.Group
          value={now}
          onChange={({ target }) => setNow(target.value === true)}
          className="send-choice"
          options={[
            { value: false, label: t('send.start.by-schedule', { when }) },
            { value: true, label: t('send.start.at-once') },
          ]}
        />
      )}
      <ul className="send-facts">
        <li>{t('send.start.tasks', { owners: number(owners), tasks: number(tasks) })}</li>
        <li>
          <b>{t(kind === 'moments' ? 'send.start.publish' : 'send.start.confirm')}</b>
        </li>
        <li>
          <b>{t('send.start.no-recall')}</b>
        </li>
        {lasts !== undefined && <li>{t('send.start.expires', { span: spanText(lasts, words) })}</li>}
        {definition.schedule?.every !== undefined && !now && <li>{t('send.start.repeats')}</li>}
        {out > 0 && <li>{t('send.start.skipped', { n: number(out) })}</li>}
      </ul>
    </Question>
  )
}
