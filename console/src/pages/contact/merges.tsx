import { Card } from 'antd'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { Contact } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask, LEAST_REASON } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

type Done = Answer<'listMerges'>['merges'][number]
const BY = {
  unionid: 'cust.merges.by.unionid',
  'shop-login': 'cust.merges.by.shop-login',
  phone: 'cust.merges.by.phone',
} as const

/** The profiles that became part of this one; each can be taken out again. Nothing is shown where there are none. */
export function Merges({ contact, again }: { contact: Contact; again(): void }) {
  const { t, label } = useWords()
  const may = useMay()('contacts:write')
  const { data, again: anew } = useCall('listMerges', { params: { id: contact.id } })
  if (!data || data.merges.length === 0) return null
  const byOf = ({ by, who = '' }: Done) => {
    const known = Object.entries(BY).find(([proof]) => proof === by)?.[1]
    return known ? t(known) : t('cust.merges.by', { who })
  }
  return (
    <Card size="small" title={t('cust.merges')}>
      <ul className="rows">
        {data.merges.map((merge) => (
          <li key={merge.gone} data-testid="merge">
            <div className="grow">
              <Moment at={merge.at} /> {byOf(merge)} {merge.reason !== undefined && `“${merge.reason}”`}
              <div className="quiet">
                <code>{merge.gone}</code>{' '}
                {merge.identities
                  .map(({ platform, account }) => `${label('platform', platform)} ${account}`)
                  .join(t('list.comma'))}
              </div>
            </div>
            {may && merge.undoable && (
              <Ask
                least={LEAST_REASON}
                label={t('cust.undo')}
                title={t('cust.undo')}
                about={t('cust.merge.lasting')}
                size="small"
                draft={`undo:${merge.gone}`}
                done={t('cust.undo.done')}
                act={(reason) => call('undoMerge', { params: { gone: merge.gone }, body: { reason } })}
                after={() => {
                  anew()
                  again()
                }}
              />
            )}
            {!merge.undoable && <span className="quiet">{t('cust.undo.not')}</span>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
