import { Alert, Form, Input } from 'antd'
import type { ReactNode } from 'react'
import { messageLimits } from '../../../../../rules/wecom/limits-messages.js'
import { useWords } from '../../../words/use-words.js'
import { ItemPicker } from '../../content/item-picker.js'
import { PictureField } from '../../content/picture-field.js'
import { textOf } from '../../content/shapes.js'
import { CardPart } from './card-part.js'
import type { Definition } from './definition.js'
import type { Fault } from './faults.js'
import { InvitePart } from './invite-part.js'
import { Limit } from './limit.js'
import { LinkPart } from './link-part.js'
import { TextPart } from './text-part.js'
import { kindOf, partOf } from './welcome.js'

const MIB = 1_048_576

/** What the fields of one message get. */
export interface PartProps {
  /** The message's fields. */
  part: Definition
  set(part: Definition): void
  /** Where it stands: `welcome[0]`. */
  path: string
  off: boolean
  fault: Fault
}

/** The fields of one message of a welcome, as its kind has them. */
export function Part({ part: written, ...given }: Omit<PartProps, 'part'> & { part: unknown }) {
  const { t } = useWords()
  const { set, path, off, fault } = given
  const part = partOf(written)
  const kind = kindOf(part)
  const props = { ...given, part }
  const text = kind === undefined ? '' : textOf(part[kind])
  const put = (next = '') => kind !== undefined && set({ ...part, [kind]: next })
  const item = (children: ReactNode, extra?: ReactNode) => (
    <Form.Item {...(extra !== undefined && { extra })} {...fault(`${path}.${kind}`)}>
      {children}
    </Form.Item>
  )
  switch (kind) {
    case 'text':
      return <TextPart {...props} />
    case 'link':
      return <LinkPart {...props} />
    case 'card':
      return <CardPart {...props} />
    case 'invite':
      return <InvitePart {...props} />
    case 'article':
      return item(
        <ItemPicker kind="articles" value={text} set={put} readOnly={off} />,
        <span className="way-about">{t('way.edit.article.about')}</span>,
      )
    case 'image':
      return item(
        <PictureField name={text} set={put} use="reply" readOnly={off} />,
        <span className="way-about">
          <Limit word="way.edit.image.most" of={messageLimits.mediaImageBytes} unit={MIB} />
        </span>,
      )
    case 'video':
      return item(
        <Input
          value={text}
          placeholder="unboxing.mp4"
          aria-label={t('way.edit.video')}
          onChange={({ target }) => put(target.value)}
        />,
        <span className="way-about">
          <span>{t('way.edit.video.about')}</span>
          <Limit word="way.edit.video.most" of={messageLimits.mediaVideoBytes} unit={MIB} />
        </span>,
      )
    default:
      return <Alert type="warning" title={t('way.edit.part.unknown.about')} description={Object.keys(part).join(' ')} />
  }
}
