import { Button } from 'antd'
import { useCall } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

/** Drafts as they were saved before; one can be taken back into the editor. */
export function Versions(props: {
  account: string
  slug: string
  rev: number | undefined
  off: boolean
  take(definition: unknown): void
}) {
  const { account, slug, rev = 0, off, take } = props
  const { t } = useWords()
  const { data } = useCall('listMenuVersions', { params: { account, slug } })
  const older = (data?.versions ?? []).filter((version) => version.rev !== rev)
  if (older.length === 0) return null
  return (
    <details className="panel">
      <summary>{t('menu.versions', { n: older.length })}</summary>
      <ul className="rows">
        {older.slice(0, 10).map((version) => (
          <li key={version.rev}>
            <span className="grow">
              v{version.rev} {version.by} <Moment at={version.at} />
            </span>
            {!off && (
              <Button size="small" onClick={() => take(version.definition)}>
                {t('menu.take')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
