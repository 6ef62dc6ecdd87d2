import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { groupLimits } from '../../../../../rules/wecom/limits-groups.js'
import { useWords } from '../../../words/use-words.js'
import type { AnyWord } from '../../../words/words.js'
import { itemsOf } from '../../codes/way/definition.js'
import { Wrong } from '../../codes/way/field.js'
import { Limit } from '../../codes/way/limit.js'
import { Rows } from '../../codes/way/rows.js'
import { bytesOf } from '../../codes/way/welcome.js'
import { fieldsOf, textOf } from '../../content/shapes.js'
import { kindOf } from '../shown.js'
import type { SendEdits } from './edits.js'
import { MessagePart } from './message-part.js'
import { PARTS, type PartKind, partKind } from './parts.js'

const WORDS: Readonly<Record<PartKind, AnyWord>> = {
  text: 'reply.text',
  image: 'reply.image',
  link: 'way.edit.link',
  card: 'reply.card',
  article: 'reply.article',
}

/** What is sent, message by message in order. */
export function Messages({ value, set, fault }: SendEdits) {
  const { t, number } = useWords()
  const parts = itemsOf(value['messages'])
  const texts = parts.filter((part) => partKind(part) === 'text').map((part) => textOf(fieldsOf(part)['text']))
  const bytes = bytesOf(texts.join('\n'))
  const attached = parts.length - texts.length
  const { sendTextBytes, sendAttachments } = groupLimits
  const moments = kindOf(fieldsOf(value['to'])) === 'moments'
  const wordOf = (part: unknown) => {
    const kind = partKind(part)
    return kind === undefined ? t('way.edit.part.unknown') : t(WORDS[kind])
  }
  return (
    <section className="panel" data-testid="send-messages">
      <h2>{t('send.messages')}</h2>
      <p className="way-about">
        {moments ? t('send.messages.moments', { n: customerLimits.momentImages.value }) : t('send.messages.about')}
      </p>
      <Rows
        ordered
        name="messages"
        rows={parts}
        set={(next) => set('messages', next)}
        off={false}
        title={(part, place) => `${place}. ${wordOf(part)}`}
        wrong={(path) => [fault(path, 'own')]}
        adds={PARTS.filter((kind) => !(moments && kind === 'card')).map((kind) => ({
          label: t(WORDS[kind]),
          fresh: () => ({ [kind]: kind === 'link' ? { title: '', url: '' } : '' }),
          off: kind !== 'text' && attached >= sendAttachments.value,
        }))}
      >
        {(part, put, path) => <MessagePart part={fieldsOf(part)} set={put} path={path} fault={fault} />}
      </Rows>
      <Wrong of={fault('messages', 'own')} />
      <p className="way-meters">
        <span className={bytes > sendTextBytes.value ? 'bad' : ''}>
          {t('way.edit.bytes', { n: number(bytes), most: number(sendTextBytes.value) })}
        </span>
        <Limit word="way.edit.attachments" of={sendAttachments} used={attached} />
      </p>
    </section>
  )
}
