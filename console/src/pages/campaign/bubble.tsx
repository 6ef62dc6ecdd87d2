import { useWords } from '../../words/use-words.js'

interface Message {
  kind: string
  [part: string]: unknown
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** A picture’s address on this host: the public one may be another than where this page is looked at. */
function pictureOf(message: Message): string | undefined {
  const media = message['thumb']
  const file = typeof media === 'object' && media !== null && 'file' in media ? textOf(media.file) : ''
  if (file !== '') return `/media/${encodeURIComponent(file)}`
  const { picture } = message
  if (typeof picture !== 'string') return undefined
  const path = /^https?:\/\/[^/]+(\/media\/.+)$/.exec(picture)
  return path?.[1] ?? picture
}

/** One message as a chat shows it. */
export function Bubble({ message }: { message: Message }) {
  const { t } = useWords()
  const picture = pictureOf(message)
  if (message.kind === 'text') return <div className="bubble said">{textOf(message['text'])}</div>
  return (
    <div className="bubble linked-card">
      {message.kind === 'mini-program' && <small className="quiet">{t('phone.program')}</small>}
      <b>{textOf(message['title'])}</b>
      {textOf(message['description']) !== '' && <span className="quiet">{textOf(message['description'])}</span>}
      {picture !== undefined && <img src={picture} alt="" />}
    </div>
  )
}
