import { useWords } from '../../words/use-words.js'
import { type Row, rowsOf, segmentsOf } from './rule-rows.js'
import type { Def } from './written.js'

/** An audience in words; what the form’s conditions cannot say stands as it is written. */
export function AudienceText({ audience }: { audience: NonNullable<Def['audience']> }) {
  const { t } = useWords()
  if (typeof audience === 'string') return audience
  const segments = segmentsOf(audience)
  const rows = segments ? undefined : rowsOf(audience)
  if (!segments && !rows) return <code>{JSON.stringify(audience)}</code>
  const said = (list: readonly Row[]) => list.map(({ kind, n = '' }) => t(`campaign.row.${kind}`, { n }))
  const include = segments?.any ?? said(rows?.include ?? [])
  const exclude = segments?.none ?? said(rows?.exclude ?? [])
  return (
    <>
      {include.join(segments ? ' / ' : t('list.comma'))}
      {exclude.length > 0 && (
        <div className="quiet">
          {t('compose.exclude')} {exclude.join(t('list.comma'))}
        </div>
      )}
    </>
  )
}
