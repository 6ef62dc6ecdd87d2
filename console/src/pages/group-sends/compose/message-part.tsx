import { Alert, Form, Input } from 'antd'
import type { ReactNode } from 'react'
import { messageLimits } from '../../../../../rules/wecom/limits-messages.js'
import { useWords } from '../../../words/use-words.js'
import { CardPart } from '../../codes/way/card-part.js'
import type { Definition } from '../../codes/way/definition.js'
import type { Fault } from '../../codes/way/faults.js'
import { Limit } from '../../codes/way/limit.js'
import { LinkPart } from '../../codes/way/link-part.js'
import { ItemPicker } from '../../content/item-picker.js'
import { PictureField } from '../../content/picture-field.js'
import { textOf } from '../../content/shapes.js'
import { flat, nested, partKind } from './parts.js'

const MIB = 1_048_576

interface PartProps {
  part: Definition
  set(part: Definition): void
  /** Where it stands: `messages[0]`. */
  path: string
  fault: Fault
}

/** The fields of one message, as its kind has them. */
export function MessagePart({ part, set, path, fault }: PartProps) {
  const { t } = useWords()
  const kind = partKind(part)
  const text = kind === undefined ? '' : textOf(part[kind])
  const put = (next = '') => kind !== undefined && set({ ...part, [kind]: next })
  const item = (children: ReactNode, extra?: ReactNode) => (
    <Form.Item {...(extra !== undefined && { extra })} {...fault(`${path}.${kind}`)}>
      {children}
    </Form.Item>
  )
  switch (kind) {
    case 'text':
      return item(
        <Input.TextArea
          value={text}
          rows={3}
          className="way-text"
          aria-label={t('reply.text')}
          onChange={({ target }) => put(target.value)}
        />,
      )
    case 'link':
      return <LinkPart part={part} set={set} path={path} off={false} fault={fault} />
    case 'card':
      return (
        <CardPart
          part={nested(part)}
          set={(next) => set(flat(next))}
          path={path}
          off={false}
          fault={beside(fault, path)}
        />
      )
    case 'article':
      return item(<ItemPicker kind="articles" value={text} set={put} />)
    case 'image':
      return item(
        <PictureField name={text} set={put} use="reply" readOnly={false} />,
        <span className="way-about">
          <Limit word="way.edit.image.most" of={messageLimits.mediaImageBytes} unit={MIB} />
        </span>,
      )
    default:
      return <Alert type="warning" title={t('way.edit.part.unknown.about')} description={Object.keys(part).join(' ')} />
  }
}

const beside =
  (fault: Fault, path: string): Fault =>
  (name, own) =>
    fault(name === `${path}.card.params` ? `${path}.params` : name, own)
