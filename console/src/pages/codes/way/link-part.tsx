import { Input } from 'antd'
import type { ReactNode } from 'react'
import { limits } from '../../../../../rules/official-account/limits.js'
import type { Rule } from '../../../../../rules/rule.js'
import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { useWords } from '../../../words/use-words.js'
import { fieldsOf, textOf } from '../../content/shapes.js'
import { withField } from './definition.js'
import { Field } from './field.js'
import { Limit } from './limit.js'
import type { PartProps } from './part.js'
import { bytesOf } from './welcome.js'

/** A link with its title, description and picture. */
export function LinkPart({ part, set, path, fault }: PartProps) {
  const { t } = useWords()
  const link = fieldsOf(part['link'])
  const field = (name: string, label: string, about: ReactNode, limit?: ReactNode, hint?: string) => (
    <Field label={label} about={about} limit={limit} wrong={fault(`${path}.link.${name}`)}>
      {(id) => (
        <Input
          id={id}
          value={textOf(link[name])}
          {...(hint !== undefined && { placeholder: hint })}
          onChange={({ target }) => set({ ...part, link: withField(link, name, target.value) })}
        />
      )}
    </Field>
  )
  const used = (name: string, of: Rule<number>) => (
    <Limit word="way.edit.link.used" of={of} used={bytesOf(textOf(link[name]))} />
  )
  const { linkTitleBytes, linkDescriptionBytes } = customerLimits
  const address = t('way.edit.link.address', { n: limits.menuUrlBytes.value })
  return (
    <>
      {field('title', t('way.edit.link.title'), undefined, used('title', linkTitleBytes))}
      {field('url', t('way.edit.link.url'), address, undefined, 'https://shop.example.com/')}
      {field(
        'description',
        t('way.edit.link.description'),
        t('way.edit.optional'),
        used('description', linkDescriptionBytes),
      )}
      {field('picture', t('way.edit.link.picture'), t('way.edit.optional'), undefined, 'https://')}
    </>
  )
}
