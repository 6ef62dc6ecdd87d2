import { Input, Segmented } from 'antd'
import { limits } from '../../../../rules/official-account/limits.js'
import { useNarrow } from '../../state/theme.js'
import { useWords } from '../../words/use-words.js'
import { ItemPicker } from './item-picker.js'
import { PictureField } from './picture-field.js'
import { type Content, fieldsOf, textOf } from './shapes.js'

const WAYS = ['text', 'article', 'card', 'image', 'choices', 'invite', 'hand-over'] as const
type Way = (typeof WAYS)[number]
const WORDS = {
  text: 'reply.text',
  article: 'reply.article',
  card: 'reply.card',
  image: 'reply.image',
  choices: 'reply.choices',
  invite: 'reply.invite',
  'hand-over': 'reply.hand-over',
} as const

const EMPTY: Readonly<Record<Way, unknown>> = {
  text: '',
  article: '',
  card: '',
  image: '',
  choices: { head: '', items: [] },
  invite: '',
  'hand-over': true,
}

/** What a rule answers: exactly one of seven ways. */
export function AnswerForm(props: { answer: unknown; set(answer: Content): void; readOnly: boolean }) {
  const { set, readOnly } = props
  const { t } = useWords()
  const narrow = useNarrow()
  const answer = typeof props.answer === 'string' ? { text: props.answer } : fieldsOf(props.answer)
  const way = WAYS.find((one) => answer[one] !== undefined) ?? 'text'
  const value = answer[way]
  const bytes = new TextEncoder().encode(textOf(value)).length
  return (
    <div className="stack">
      <Segmented
        value={way}
        vertical={narrow}
        disabled={readOnly}
        options={WAYS.map((one) => ({ value: one, label: t(WORDS[one]) }))}
        onChange={(next) => set({ [next]: EMPTY[next] })}
        data-testid="answer-way"
      />
      {way === 'text' && (
        <>
          <Input.TextArea
            value={textOf(value)}
            onChange={({ target }) => set({ text: target.value })}
            readOnly={readOnly}
            rows={6}
            aria-label={t('reply.text')}
            data-testid="answer-text"
          />
          <div className={bytes > limits.textBytes.value ? 'warn' : 'quiet'}>
            {t('reply.bytes', { n: bytes, most: limits.textBytes.value })}
          </div>
        </>
      )}
      {way === 'article' && (
        <ItemPicker
          kind="articles"
          value={textOf(value)}
          set={(slug = '') => set({ article: slug })}
          readOnly={readOnly}
        />
      )}
      {way === 'card' && (
        <ItemPicker
          kind="cards"
          value={textOf(value) || textOf(fieldsOf(value)['slug'])}
          set={(slug = '') => set({ card: slug })}
          readOnly={readOnly}
        />
      )}
      {way === 'image' && (
        <PictureField name={textOf(value)} set={(image = '') => set({ image })} use="reply" readOnly={readOnly} />
      )}
      {way === 'invite' && (
        <Input
          value={textOf(value)}
          onChange={({ target }) => set({ invite: target.value })}
          readOnly={readOnly}
          placeholder={t('reply.invite.about')}
          aria-label={t('reply.invite')}
        />
      )}
      {way === 'hand-over' && (
        <Input
          value={textOf(value)}
          onChange={({ target }) => set({ 'hand-over': target.value === '' ? true : target.value })}
          readOnly={readOnly}
          placeholder={t('reply.staff')}
          aria-label={t('reply.staff')}
        />
      )}
      {way === 'choices' && <Choices value={fieldsOf(value)} set={(choices) => set({ choices })} readOnly={readOnly} />}
    </div>
  )
}

/** A question with answers to tap on. */
function Choices(props: { value: Content; set(value: Content): void; readOnly: boolean }) {
  const { value, set, readOnly } = props
  const { t } = useWords()
  const items = Array.isArray(value['items']) ? value['items'] : []
  const lines = items.map((item) => {
    const { id, text } = fieldsOf(item)
    return typeof item === 'string' || id === text ? textOf(item) || textOf(text) : `${textOf(id)}=${textOf(text)}`
  })
  const readItems = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const at = line.indexOf('=')
        return at < 1 ? line.trim() : { id: line.slice(0, at).trim(), text: line.slice(at + 1).trim() }
      })
  const input = (name: 'head' | 'tail', label: string) => (
    <Input
      value={textOf(value[name])}
      onChange={({ target }) => {
        const { [name]: _, ...others } = value
        set(target.value === '' && name === 'tail' ? others : { ...others, [name]: target.value })
      }}
      readOnly={readOnly}
      placeholder={label}
      aria-label={label}
    />
  )
  return (
    <div className="stack">
      {input('head', t('reply.head'))}
      <Input.TextArea
        defaultValue={lines.join('\n')}
        onChange={({ target }) => set({ ...value, items: readItems(target.value) })}
        readOnly={readOnly}
        rows={5}
        placeholder={t('reply.items')}
        aria-label={t('reply.items')}
      />
      {input('tail', t('reply.tail'))}
    </div>
  )
}
