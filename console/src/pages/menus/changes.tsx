import type { ComparedMenu } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'

type Change = NonNullable<ComparedMenu['changes']>[number]
type Line = NonNullable<ComparedMenu['lines']>[number]

/** What publishing would change, place by place. */
export function Changes({ of }: { of: readonly Change[] }) {
  const { t } = useWords()
  const shown = useDoes()
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
                      <del>{shown(one.before)}</del> → <ins>{shown(one.after)}</ins>
                    </div>
                  )}
                </>
              ) : (
                <>
                  {line.name} <span className="quiet">{shown(line)}</span>
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
  const shown = useDoes()
  if (of.length === 0) return <p className="quiet">{t('menu.live.none')}</p>
  return (
    <ul className="menu-lines">
      {of.map((line) => (
        <li key={line.place} className={line.place.includes('.') ? 'below' : ''}>
          {line.name} <span className="quiet">{shown(line)}</span>
        </li>
      ))}
    </ul>
  )
}

/** What a button does in words: the platform's own name of its kind is put into ours. */
function useDoes(): (line: Line) => string {
  const { t } = useWords()
  return ({ does }) => {
    if (does === '') return t('menu.opens')
    const [kind = '', ...rest] = does.split(' ')
    const word = DOES[kind]
    return word === undefined ? does : `${t(word)} ${rest.join(' ')}`
  }
}

const DOES: Readonly<Record<string, AnyWord>> = {
  keyword: 'menu.does.keyword',
  view: 'menu.does.view',
  'mini-program': 'menu.does.mini-program',
  scancode_push: 'menu.tool.scan',
  scancode_waitmsg: 'menu.tool.scan-wait',
  pic_sysphoto: 'menu.tool.camera',
  pic_photo_or_album: 'menu.tool.camera-or-album',
  pic_weixin: 'menu.tool.album',
  location_select: 'menu.tool.location',
  media_id: 'menu.kind.material',
  article_id: 'menu.kind.published',
}
