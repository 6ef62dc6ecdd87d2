import { call } from '../../api/browser.js'
import { useWords } from '../../words/use-words.js'
import { KIND_WORDS } from './names.js'
import { Question } from './question.js'
import { kindOf, type Shown } from './shown.js'

interface Asked {
  /** As it stood when the button was pressed: what is approved is this version. */
  send: Shown
  close(): void
  again(): void
}

/** Asks before the version that was looked at is approved. */
export function ApproveQuestion({ send, close, again }: Asked) {
  const { t, number } = useWords()
  const { id, version, estimate, definition } = send
  const { planned = 0, owners = 0, tasks = 0 } = estimate ?? {}
  const targets = t(KIND_WORDS[kindOf(definition.to)].n, { n: number(planned) })
  return (
    <Question
      title={t('send.approve.title', { name: definition.name, n: version })}
      ok={t('send.approve')}
      done={t('send.approved')}
      act={() => call('approveGroupSend', { params: { id }, body: { version } })}
      close={close}
      again={again}
    >
      <p>{t('send.approve.size', { targets, owners: number(owners), tasks: number(tasks) })}</p>
      <p className="quiet">{t('send.approve.about')}</p>
    </Question>
  )
}

/** Asks before it is run no more; says what of it cannot be undone. */
export function StopQuestion({ send, close, again }: Asked) {
  const { t } = useWords()
  const { id, state, definition } = send
  const begun = state === 'running'
  return (
    <Question
      danger
      title={t(begun ? 'send.stop.title' : 'send.cancel.title', { name: definition.name })}
      ok={t(begun ? 'send.stop' : 'send.cancel')}
      done={t(begun ? 'send.stopped' : 'send.cancelled')}
      draft={`group-send:${id}:stop`}
      act={(note) => call('cancelGroupSend', { params: { id }, ...(note !== '' && { body: { note } }) })}
      close={close}
      again={again}
    >
      {begun ? (
        <ul className="send-facts">
          <li>{t('send.stop.open')}</li>
          <li>
            <b>{t('send.stop.sent')}</b>
          </li>
          <li>{t('send.stop.late')}</li>
        </ul>
      ) : (
        <p>{t('send.cancel.about')}</p>
      )}
      <p className="quiet">{t('send.stop.final')}</p>
    </Question>
  )
}
