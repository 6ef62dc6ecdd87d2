import { Tour as Guide } from 'antd'
import { useNavigate } from 'react-router'
import { useMay } from '../../session/use-session.js'
import { useNarrow } from '../../state/theme.js'
import { useWords, WithWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { addressOf, STOPS } from './steps.js'
import { words } from './words.js'

/** The tour at one of its stops (`?tour=3`): every stop is a page, so it can be reloaded and sent to somebody. */
export function Tour({ at }: { at: number }) {
  return (
    <WithWords words={words}>
      <Stops at={at} />
    </WithWords>
  )
}

function Stops({ at }: { at: number }) {
  const { t } = useWords()
  const may = useMay()
  const go = useNavigate()
  const narrow = useNarrow()
  const stops = STOPS.filter(({ scope }) => scope === undefined || may(scope))
  const end = () => go(stops[at]?.path ?? '/', { replace: true })
  return (
    <Guide
      open={at < stops.length}
      current={at}
      onChange={(next) => go(addressOf(stops, next), { replace: true })}
      onClose={end}
      onFinish={end}
      // The page that it speaks of stays usable.
      mask={false}
      type="primary"
      steps={stops.map(({ path, word }, index) => ({
        title: t(word),
        description: t(word.replace(/title$/, 'text') as AnyWord),
        placement: 'rightTop',
        target: narrow ? null : () => menuLine(path),
        prevButtonProps: { children: t('tour.back') },
        nextButtonProps: { children: t(index === stops.length - 1 ? 'tour.end' : 'tour.next') },
      }))}
    />
  )
}

/** The menu's line of a path; the middle of the screen where there is none. */
function menuLine(path: string): HTMLElement {
  const line = document.querySelector<HTMLElement>(`nav a[href="/console${path === '/' ? '' : path}"]`)
  // antd takes null for the middle, its type of a function does not say so.
  return line as HTMLElement
}
