import { Form, Input, Select } from 'antd'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import type { Edits } from './hours.js'

const TEXTS: readonly [string, AnyWord, string?][] = [
  ['queued', 'service.text.queued', '{place}'],
  ['stillQueued', 'service.text.stillQueued', '{place}'],
  ['taken', 'service.text.taken', '{staff}'],
  ['already', 'service.text.already'],
  ['ticket', 'service.text.ticket', '{opens} {deadline}'],
  ['ticketNoted', 'service.text.ticketNoted', '{number} {deadline}'],
  ['nobody', 'service.text.nobody'],
  ['backToBot', 'service.text.backToBot'],
  ['closed', 'service.text.closed'],
  ['vote', 'service.text.vote'],
  ['thanks', 'service.text.thanks'],
  ['voteLate', 'service.text.voteLate'],
]
const MOST = 300

/** What the desk says to customers; the texts in grey are said where nothing is written. */
export function TextsPart({ value, change, fixed, defaults }: Edits & { defaults: Readonly<Record<string, unknown>> }) {
  const { t } = useWords()
  const texts = value.texts ?? {}
  const set = (key: string, text: string | string[]) => change({ texts: { ...texts, [key]: text } })
  const written = (given: unknown) => (typeof given === 'string' ? given : '')
  const list = (given: unknown) => (Array.isArray(given) ? (given as string[]) : [])
  return (
    <Form layout="vertical" disabled={fixed} component="div">
      <div className="set-grid wide">
        {TEXTS.map(([key, word, variables]) => (
          <Form.Item key={key} label={t(word)} extra={variables && t('service.text.variables', { names: variables })}>
            <Input.TextArea
              rows={2}
              maxLength={MOST}
              value={written(texts[key])}
              placeholder={written(defaults[key])}
              aria-label={t(word)}
              onChange={({ target }) => set(key, target.value)}
            />
          </Form.Item>
        ))}
        <Form.Item label={t('service.text.voteChoices')} extra={t('service.text.three')}>
          <Select
            mode="tags"
            open={false}
            maxCount={3}
            value={list(texts['voteChoices'])}
            placeholder={list(defaults['voteChoices']).join(' / ')}
            aria-label={t('service.text.voteChoices')}
            onChange={(choices: string[]) => set('voteChoices', choices)}
          />
        </Form.Item>
      </div>
    </Form>
  )
}
