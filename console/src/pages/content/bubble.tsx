import { useWords } from '../../words/use-words.js'
import { fieldsOf, textOf } from './shapes.js'

/** A message as it is written and as it leaves. */
export interface Answered {
  message?: unknown
  resolved?: unknown
  missing?: { kind: string; name: string }
}

const fileOf = (media: unknown) => textOf(fieldsOf(media)['file'])

/** A message as WeChat draws it in a chat. */
export function Bubble({ answered }: { answered: Answered }) {
  const { t } = useWords()
  const { missing } = answered
  if (missing && missing.kind !== 'invitation')
    return <p className="bad">{t('try.missing', { name: `${missing.kind} ${missing.name}` })}</p>
  const message = fieldsOf(answered.resolved ?? answered.message)
  const text = (name: string) => textOf(message[name])
  switch (message['kind']) {
    case 'text':
      return <p className="bubble">{text('text')}</p>
    case 'link':
      return (
        <div className="bubble-link">
          <b>{text('title')}</b>
          <div>
            <span>{text('description')}</span>
            <img src={localPicture(text('picture'))} alt="" />
          </div>
        </div>
      )
    case 'mini-program': {
      const thumb = fileOf(message['thumb']) || text('thumb')
      return (
        <div className="bubble-card" data-testid="card">
          <span className="bubble-app">{text('app') || t('card.foot')}</span>
          <b>{text('title')}</b>
          <img src={`/media/${encodeURIComponent(thumb)}`} alt="" />
          <small>{t('card.foot')}</small>
        </div>
      )
    }
    case 'image':
      return <img className="bubble-image" src={`/media/${encodeURIComponent(fileOf(message['media']))}`} alt="" />
    case 'choices': {
      const items = Array.isArray(message['items']) ? message['items'] : []
      return (
        <div className="bubble">
          {text('head')}
          {items.map((item) => (
            <div key={textOf(fieldsOf(item)['id'])} className="bubble-choice">
              {textOf(fieldsOf(item)['text'])}
            </div>
          ))}
          {text('tail')}
        </div>
      )
    }
    case 'hand-over':
      return <p className="bubble-event">{t('reply.hand-over')}</p>
    case 'invitation':
      return (
        <p className="bubble-event">
          {t('reply.invite')} {text('name')}
        </p>
      )
    default:
      return null
  }
}

/** A picture of ours, whatever address the product has from outside. */
const localPicture = (address: string) => /\/media\/[^/]+$/.exec(address)?.[0] ?? ''
