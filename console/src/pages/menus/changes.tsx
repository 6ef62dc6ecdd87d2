import type { ComparedMenu } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'

type Change = NonNullable<ComparedMenu['changes']>[number]
type Line = NonNullable<ComparedMenu['lines']>[number]

/** What publishing would change, place by place. */
export function Changes({ of }: { of: readonly Change[] }) {
  const { t } = useWords()
  if (of.length === 0)
    return (
      <p className="good" data-testid="same">
        {t('menu.same')}
      </p>
    )
  return (
    <ul className="menu-changes" data-testid="changes">
      {of.map((one) => {
        const line = 'after' in one ? one.after : one.before
        return (
          <li key={line.place} data-change={one.change}>
            <span className="menu-sign" aria-hidden="true">
              {one.change === 'added' ? '+' : one.change === 'removed' ? '−' : '~'}
            </span>
            <span>
              <b>{line.place}</b>{' '}
              {one.change === 'changed' ? (
                <>
                  {one.before.name === one.after.name ? (
                    one.after.name
                  ) : (
                    <>
                      <del>{one.before.name}</del> → <ins>{one.after.name}</ins>
                    </>
                  )}
                  {one.before.does !== one.after.does && (
                    <div className="quiet">
                      <del>{shown(one.before, t('menu.opens'))}</del> → <ins>{shown(one.after, t('menu.opens'))}</ins>
                    </div>
                  )}
                </>
              ) : (
                <>
                  {line.name} <span className="quiet">{shown(line, t('menu.opens'))}</span>
                </>
              )}
              <span className="hidden">
                {one.change === 'added'
                  ? t('menu.added')
                  : one.change === 'removed'
                    ? t('menu.removed')
                    : t('menu.changed')}
              </span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** A menu as it is on WeChat, in lines. */
export function LiveLines({ of }: { of: readonly Line[] }) {
  const { t } = useWords()
  if (of.length === 0) return <p className="quiet">{t('menu.live.none')}</p>
  return (
    <ul className="menu-lines">
      {of.map((line) => (
        <li key={line.place} className={line.place.includes('.') ? 'below' : ''}>
          {line.name} <span className="quiet">{line.does}</span>
        </li>
      ))}
    </ul>
  )
}

const shown = ({ does }: Line, opens: string) => does || opens
