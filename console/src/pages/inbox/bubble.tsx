import { Alert, Button, Popconfirm, Tooltip } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ThreadEntry } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useWords } from '../../words/use-words.js'

/** Ends after which somebody may want to do something. */
const TROUBLE: ReadonlySet<string> = new Set(['failed', 'uncertain', 'skipped', 'expired', 'cancelled'])
const AGAIN: ReadonlySet<string> = new Set(['failed', 'uncertain', 'expired'])

interface BubbleProps {
  entry: ThreadEntry
  name(by: string): string
  /** As whom the reader may settle what went wrong; nothing: not at all. */
  staff: string | undefined
}

/** One line of a thread, as the person sees it; notes, and how ours went, only staff see. */
export function Bubble({ entry, name, staff }: BubbleProps) {
  const { t, moment } = useWords()
  const { direction, by, at, delivery } = entry
  const side = direction === 'in' ? 'theirs' : direction === 'note' ? 'remark' : 'ours'
  return (
    <li className={`line ${side}`} data-testid={`line-${side}`} data-state={delivery?.state}>
      <div className="by quiet">
        {side === 'remark' ? t('inbox.note.by', { name: name(by) }) : name(by)} ·{' '}
        <time dateTime={at}>{moment(at)}</time>
      </div>
      <div className="bubble">
        <Content entry={entry} />
      </div>
      {delivery && side === 'ours' && <Delivered entry={entry} staff={staff} />}
    </li>
  )
}

function Content({ entry: { content, shown } }: { entry: ThreadEntry }) {
  const { t } = useWords()
  const given = content as Readonly<Record<string, unknown>>
  const text = (field: string) => (typeof given[field] === 'string' ? given[field] : '')
  switch (content.kind) {
    case 'text':
      return <span className="said">{text('text')}</span>
    case 'image':
      return <Picture src={shown.file} />
    case 'voice':
      return (
        <span>
          {t('inbox.voice')} {text('transcript') === '' ? t('inbox.voice.none') : `“${text('transcript')}”`}{' '}
          {shown.file !== undefined && (
            <a href={shown.file} download>
              {t('inbox.download')}
            </a>
          )}
        </span>
      )
    case 'video':
      return (
        <span>
          {t('inbox.video')} {shown.title}{' '}
          {shown.file !== undefined && (
            <a href={shown.file} target="_blank" rel="noreferrer">
              {t('inbox.open')}
            </a>
          )}
        </span>
      )
    case 'file':
      return (
        <span>
          {t('inbox.file')} {shown.title}{' '}
          {shown.file !== undefined && (
            <a href={shown.file} download>
              {t('inbox.download')}
            </a>
          )}
        </span>
      )
    case 'article':
    case 'card':
    case 'link':
      return (
        <div className={`attached ${content.kind}`} data-testid={`bubble-${content.kind}`}>
          {shown.picture !== undefined && <img src={shown.picture} alt="" loading="lazy" />}
          <div>
            <b>
              {shown.url === undefined ? (
                shown.title
              ) : (
                <a href={shown.url} target="_blank" rel="noreferrer">
                  {shown.title}
                </a>
              )}
            </b>
            <div className="quiet">{shown.about}</div>
          </div>
        </div>
      )
    case 'location':
      return <span>📍 {text('label')}</span>
    case 'menu':
      return <span className="quiet">{t('inbox.menu', { key: text('key') })}</span>
    case 'choices': {
      const items = Array.isArray(given['items']) ? (given['items'] as { id: string; text: string }[]) : []
      return (
        <div>
          <div>{text('head')}</div>
          <ul className="choices">
            {items.map(({ id, text: one }) => (
              <li key={id}>{one}</li>
            ))}
          </ul>
          <div>{text('tail')}</div>
        </div>
      )
    }
    default:
      return <span className="quiet">[{text('what') || content.kind}]</span>
  }
}

function Picture({ src }: { src: string | undefined }) {
  const { t } = useWords()
  const [gone, setGone] = useState(false)
  if (src === undefined || gone) return <span className="quiet">{t('inbox.picture.gone')}</span>
  return (
    <a href={src} target="_blank" rel="noreferrer">
      <img className="picture" src={src} alt={t('inbox.picture')} onError={() => setGone(true)} />
    </a>
  )
}

/** How it went; what did not go well says why, and what can be done. */
function Delivered({ entry, staff }: Pick<BubbleProps, 'entry' | 'staff'>) {
  const { t, label } = useWords()
  const { busy, act } = useAct()
  const { state = '', reason, detail, code } = entry.delivery ?? {}
  if (state === 'answered' || state === 'sent')
    return (
      <Tooltip title={label('state', 'sent')}>
        <span className="went good">✓</span>
      </Tooltip>
    )
  if (!TROUBLE.has(state)) return <span className="went quiet">{t('inbox.sending')}</span>
  const params = { id: entry.conversation, entry: entry._id }
  const settle = (choice: 'sent' | 'again') =>
    act(
      async () => {
        if (state !== 'uncertain') await call('resendEntry', { params })
        else if (staff !== undefined) await call('settleEntry', { params, body: { staff, choice } })
      },
      choice === 'sent' ? t('inbox.settled') : t('inbox.resent'),
    )
  const why = [reason === undefined ? undefined : label('reason', reason), detail, code].filter(
    (one) => one !== undefined,
  )
  return (
    <Alert
      className="went"
      type={state === 'uncertain' ? 'warning' : 'error'}
      title={label('state', state)}
      description={state === 'uncertain' ? t('inbox.uncertain') : why.join(' · ') || undefined}
      data-testid="trouble"
      action={
        staff !== undefined && (
          <div className="actions">
            {AGAIN.has(state) && (
              <Popconfirm title={t('inbox.again.ask')} onConfirm={() => settle('again')}>
                <Button size="small" loading={busy}>
                  {t('inbox.again')}
                </Button>
              </Popconfirm>
            )}
            {state === 'uncertain' && (
              <Button size="small" loading={busy} onClick={() => settle('sent')}>
                {t('inbox.as-sent')}
              </Button>
            )}
          </div>
        )
      }
    />
  )
}
