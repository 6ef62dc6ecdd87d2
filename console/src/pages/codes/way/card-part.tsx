import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useWords } from '../../../words/use-words.js'
import { ItemPicker } from '../../content/item-picker.js'
import { fieldsOf, textOf } from '../../content/shapes.js'
import { same } from './definition.js'
import { FieldGroup } from './field.js'
import type { PartProps } from './part.js'
import { type Pair, pairsWritten } from './welcome.js'

/** A mini-program card of the content, with parameters for its page. */
export function CardPart({ part, set, path, off, fault }: PartProps) {
  const { t } = useWords()
  const { card } = part
  const slug = typeof card === 'string' ? card : textOf(fieldsOf(card)['slug'])
  const params = fieldsOf(card)['params']
  const known = Object.entries(fieldsOf(params))
  const [typed, setTyped] = useState<readonly Pair[]>(known)
  const pairs = same(pairsWritten(typed), params) ? typed : known
  function write(next: { slug: string; params?: unknown }): void {
    const { params: _, ...others } = fieldsOf(card)
    const plain = next.params === undefined && Object.keys(others).every((name) => name === 'slug')
    set({ ...part, card: plain ? next.slug : { ...others, ...next } })
  }
  function change(next: readonly Pair[]): void {
    setTyped(next)
    const named = pairsWritten(next)
    write({ slug, ...(named && { params: named }) })
  }
  const put = (at: number, pair: Pair) => change(pairs.with(at, pair))
  const wrong = fault(`${path}.card.slug`)
  return (
    <>
      <Form.Item {...(wrong.help === undefined ? fault(`${path}.card`, 'own') : wrong)}>
        <ItemPicker
          kind="cards"
          value={slug}
          set={(next = '') => write({ slug: next, ...(params !== undefined && { params }) })}
          readOnly={off}
        />
      </Form.Item>
      {(!off || pairs.length > 0) && (
        <FieldGroup label={t('card.params')} about={t('way.edit.params.about')} wrong={fault(`${path}.card.params`)}>
          {pairs.map(([name, value], at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name is edited in its line
            <div key={at} className="way-line way-together">
              <Input
                value={name}
                aria-label={t('way.edit.param.name')}
                placeholder={t('way.edit.param.name')}
                className="way-half"
                onChange={({ target }) => put(at, [target.value, value])}
              />
              <Input
                value={typeof value === 'boolean' ? String(value) : textOf(value)}
                aria-label={t('way.edit.param.value')}
                placeholder={t('way.edit.param.value')}
                className="way-half"
                onChange={({ target }) => put(at, [name, target.value])}
              />
              {!off && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={`${t('way.edit.take')} ${name}`}
                  onClick={() => change(pairs.toSpliced(at, 1))}
                />
              )}
            </div>
          ))}
          {!off && (
            <div>
              <Button size="small" icon={<PlusOutlined />} onClick={() => setTyped([...pairs, ['', '']])}>
                {t('way.edit.param.add')}
              </Button>
            </div>
          )}
        </FieldGroup>
      )}
    </>
  )
}
