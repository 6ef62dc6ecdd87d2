import { Button, Form, Input } from 'antd'
import { useRef } from 'react'
import { useWords } from '../../../words/use-words.js'
import { textOf } from '../../content/shapes.js'
import type { PartProps } from './part.js'

/** What stands for names in a text. */
const PLACES = [
  ['{name}', 'way.edit.place.name'],
  ['{staff}', 'way.edit.place.staff'],
] as const

/** A text; the places of names are put in where the cursor is. */
export function TextPart({ part, set, path, off, fault }: PartProps) {
  const { t } = useWords()
  const box = useRef<HTMLDivElement>(null)
  const text = textOf(part['text'])
  function insert(place: string): void {
    const area = box.current?.querySelector('textarea')
    const [from, until] = [area?.selectionStart ?? text.length, area?.selectionEnd ?? text.length]
    set({ ...part, text: `${text.slice(0, from)}${place}${text.slice(until)}` })
    requestAnimationFrame(() => {
      area?.focus()
      area?.setSelectionRange(from + place.length, from + place.length)
    })
  }
  return (
    <Form.Item {...fault(`${path}.text`)}>
      <div ref={box} className="way-group">
        <Input.TextArea
          value={text}
          rows={3}
          className="way-text"
          aria-label={t('reply.text')}
          onChange={({ target }) => set({ ...part, text: target.value })}
        />
        {!off && (
          <div className="way-adds">
            {PLACES.map(([place, word]) => (
              <Button key={place} size="small" type="dashed" onClick={() => insert(place)}>
                {t(word)} <code>{place}</code>
              </Button>
            ))}
          </div>
        )}
      </div>
    </Form.Item>
  )
}
