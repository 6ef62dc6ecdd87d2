import { Input, Select } from 'antd'
import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { useWords } from '../../../words/use-words.js'
import { listOf, textOf } from '../../content/shapes.js'
import type { Edits } from './edits.js'
import { Field } from './field.js'
import { Limit } from './limit.js'

/** Room in a remark for the places of names, which are longer than what they are filled with. */
const PLACES = 5
const MOST_TAGS = 20

/** What is written about a customer who came by the way. */
export function Newcomer({ value, set, fault }: Edits) {
  const { t } = useWords()
  return (
    <section className="panel">
      <h2>{t('way.edit.newcomer')}</h2>
      <Field
        label={t('way.edit.remark')}
        about={t('way.edit.remark.about')}
        limit={<Limit word="way.edit.characters" of={customerLimits.remark} />}
        wrong={fault('remark')}
      >
        {(id) => (
          <Input
            id={id}
            value={textOf(value['remark'])}
            maxLength={customerLimits.remark.value + PLACES}
            onChange={({ target }) => set('remark', target.value)}
          />
        )}
      </Field>
      <Field
        label={t('col.tags')}
        about={t('way.edit.tags.about', { n: MOST_TAGS })}
        limit={<Limit word="way.edit.tag.most" of={customerLimits.tagName} />}
        wrong={fault('tags')}
      >
        {(id) => (
          <Select
            mode="tags"
            id={id}
            open={false}
            suffixIcon={null}
            value={listOf(value['tags'])}
            aria-label={t('col.tags')}
            tokenSeparators={[',', '，', '、']}
            onChange={(tags: string[]) => set('tags', tags)}
          />
        )}
      </Field>
    </section>
  )
}
