import { Input, Segmented, Select } from 'antd'
import { limits } from '../../../../rules/official-account/limits.js'
import type { CampaignOptions } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'
import type { Def } from './written.js'

const KINDS = ['text', 'article', 'card'] as const
type Kind = (typeof KINDS)[number]

/** Which kind of content a definition has; text unless another is chosen. */
export const kindOf = ({ article, card }: Def): Kind =>
  article !== undefined ? 'article' : card !== undefined ? 'card' : 'text'

/** What is sent: a text, an article or a card. */
export function ContentField(props: {
  definition: Def
  options: CampaignOptions
  change(next: { [K in keyof Def]: Def[K] | undefined }): void
}) {
  const { definition, options, change } = props
  const { t } = useWords()
  if (definition.variants || definition.stages) return <p className="quiet">{t('compose.several')}</p>
  const kind = kindOf(definition)
  const only = (next: Kind, value: string) => {
    const none = { text: undefined, article: undefined, card: undefined }
    return { ...none, ...(next !== 'card' && { params: undefined }), [next]: value }
  }
  const bytes = new TextEncoder().encode(definition.text ?? '').length
  const most = limits.textBytes.value
  return (
    <div className="stack">
      <Segmented
        value={kind}
        onChange={(next) => change(only(next, ''))}
        options={KINDS.map((value) => ({ value, label: t(`campaign.${value}`) }))}
      />
      {kind === 'text' && (
        <div>
          <Input.TextArea
            id="text"
            value={definition.text ?? ''}
            rows={6}
            maxLength={2000}
            aria-label={t('campaign.text')}
            onChange={({ target }) => change({ text: target.value })}
          />
          <div className={bytes > most ? 'bad' : 'quiet'}>{t('compose.bytes', { n: bytes, most })}</div>
        </div>
      )}
      {kind === 'article' && (
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('campaign.article')}
          value={definition.article || null}
          options={options.articles.map(({ slug, title }) => ({ value: slug, label: title }))}
          onChange={(slug: string) => change(only('article', slug))}
        />
      )}
      {kind === 'card' && (
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('campaign.card')}
          value={definition.card || null}
          options={options.cards.map(({ slug, title, app }) => ({ value: slug, label: `${title} · ${app}` }))}
          onChange={(slug: string) => change(only('card', slug))}
        />
      )}
    </div>
  )
}
