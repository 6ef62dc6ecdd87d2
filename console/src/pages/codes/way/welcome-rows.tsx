import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { useWords } from '../../../words/use-words.js'
import type { AnyWord } from '../../../words/words.js'
import { Called } from './called.js'
import { itemsOf } from './definition.js'
import type { Edits } from './edits.js'
import { Wrong } from './field.js'
import { Limit } from './limit.js'
import { Part } from './part.js'
import { Rows } from './rows.js'
import { freshPart, KINDS, type Kind, kindOf, MOST_BYTES, measure } from './welcome.js'

/** What the kinds of messages are called. */
const WORDS: Readonly<Record<Kind, AnyWord>> = {
  text: 'reply.text',
  image: 'reply.image',
  link: 'way.edit.link',
  card: 'reply.card',
  article: 'reply.article',
  invite: 'reply.invite',
  video: 'way.edit.video',
}

/** What a newcomer is welcomed with, message by message in order, and what members are called in it. */
export function Welcome(edits: Edits) {
  const { t, number } = useWords()
  const { value, set, off, fault } = edits
  const parts = itemsOf(value['welcome'])
  const { bytes, attachments } = measure(parts)
  const most = customerLimits.attachments.value
  const wordOf = (part: unknown) => {
    const kind = kindOf(part)
    return kind === undefined ? t('way.edit.part.unknown') : t(WORDS[kind])
  }
  return (
    <section className="panel" data-testid="way-welcome">
      <h2>{t('way.edit.welcome')}</h2>
      <p className="way-about">
        <span>{t('way.edit.welcome.about')}</span>
        <Limit word="way.edit.welcome.seconds" of={customerLimits.welcomeSeconds} />
      </p>
      <Rows
        ordered
        name="welcome"
        rows={parts}
        set={(next) => set('welcome', next)}
        off={off}
        title={(part, place) => `${place}. ${wordOf(part)}`}
        wrong={(path) => [fault(path, 'own')]}
        adds={KINDS.map((kind) => ({
          label: t(WORDS[kind]),
          fresh: () => freshPart(kind),
          off: kind !== 'text' && attachments >= most,
        }))}
      >
        {(part, put, path) => <Part part={part} set={put} path={path} off={off} fault={fault} />}
      </Rows>
      <Wrong of={fault('welcome', 'own')} />
      <p className="way-meters">
        <span className={bytes > MOST_BYTES ? 'bad' : ''} data-testid="way-bytes">
          {t('way.edit.bytes', { n: number(bytes), most: number(MOST_BYTES) })}
        </span>
        <Limit word="way.edit.welcome.most" of={customerLimits.messageTextBytes} />
        <Limit word="way.edit.attachments" of={customerLimits.attachments} used={attachments} />
      </p>
      <Called {...edits} />
    </section>
  )
}
