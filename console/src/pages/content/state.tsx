import { Tag } from 'antd'
import { useWords } from '../../words/use-words.js'
import type { Summary } from './shapes.js'

/** How an item stands: a draft, live, or live with changes that are not; and what is wrong with it, in number. */
export function ItemState({ item }: { item: Pick<Summary, 'state' | 'rev' | 'liveRev' | 'problems'> }) {
  const { t } = useWords()
  const { state, rev, liveRev, problems } = item
  const changed = state === 'live' && rev !== liveRev
  return (
    <span data-state={changed ? 'live-changed' : state}>
      {state === 'draft' ? (
        <Tag>{t('content.draft')}</Tag>
      ) : (
        <Tag color={changed ? 'processing' : 'success'}>{t(changed ? 'content.live-changed' : 'content.live')}</Tag>
      )}
      {problems > 0 && <Tag color="warning">{t('content.wrong', { n: problems })}</Tag>}
    </span>
  )
}
