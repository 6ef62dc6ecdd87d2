import { Input, Select } from 'antd'
import { limits } from '../../../../rules/official-account/limits.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { type Button, bytesOf, KINDS, type Kind, kindOf, withKind } from './model.js'

/** What buttons can lead to. */
export interface Targets {
  articles: readonly { slug: string; title: string }[]
  cards: readonly { slug: string; title: string }[]
}

const KIND_WORDS = {
  keyword: 'menu.kind.keyword',
  card: 'menu.kind.card',
  article: 'menu.kind.article',
  view: 'menu.kind.view',
  'mini-program': 'menu.kind.mini-program',
  tool: 'menu.kind.tool',
  material: 'menu.kind.material',
  published: 'menu.kind.published',
} as const satisfies Record<Kind, AnyWord>

const TOOLS = {
  scan: 'menu.tool.scan',
  'scan-wait': 'menu.tool.scan-wait',
  camera: 'menu.tool.camera',
  'camera-or-album': 'menu.tool.camera-or-album',
  album: 'menu.tool.album',
  location: 'menu.tool.location',
} as const satisfies Record<string, AnyWord>

interface Props {
  button: Button
  change(button: Button): void
  off: boolean
  targets: Targets
}

/** What a button does: one kind, with the inputs of that kind. */
export function TargetInput(props: Props) {
  const { button, change, off } = props
  const { t } = useWords()
  const kind = kindOf(button)
  return (
    <div className="menu-target">
      <Select
        {...(kind && { value: kind })}
        disabled={off}
        aria-label={t('menu.kind')}
        placeholder={t('menu.kind')}
        options={KINDS.map((each) => ({ value: each, label: t(KIND_WORDS[each]) }))}
        onChange={(next) => change(withKind(button, next))}
        popupMatchSelectWidth={false}
        className="menu-kind"
      />
      {kind && <Inputs {...props} kind={kind} />}
    </div>
  )
}

function Inputs({ button, change, off, targets, kind }: Props & { kind: Kind }) {
  const { t } = useWords()
  const value = button[kind]
  const text = typeof value === 'string' ? value : ''
  const parts = typeof value === 'object' && value !== null ? (value as Record<string, string>) : {}
  const set = (next: unknown) => change({ ...button, [kind]: next })
  const part = (name: string, label: string, most?: number) => (
    <Sized
      value={parts[name] ?? ''}
      label={label}
      off={off}
      change={(next) => set({ ...parts, [name]: next })}
      {...(most !== undefined && { most })}
    />
  )
  switch (kind) {
    case 'keyword':
      return <Sized value={text} label={t('menu.keyword')} off={off} change={set} most={limits.menuKeyBytes.value} />
    case 'card':
    case 'article': {
      const known = kind === 'card' ? targets.cards : targets.articles
      return (
        <Select
          {...(text !== '' && { value: text })}
          disabled={off}
          aria-label={t(KIND_WORDS[kind])}
          placeholder={t('menu.choose')}
          showSearch={{ optionFilterProp: 'label' }}
          options={known.map(({ slug, title }) => ({ value: slug, label: `${title}（${slug}）` }))}
          onChange={set}
          popupMatchSelectWidth={false}
        />
      )
    }
    case 'view':
      return <Sized value={text} label={t('menu.url')} off={off} change={set} most={limits.menuUrlBytes.value} />
    case 'mini-program':
      return (
        <>
          {part('appid', t('menu.appid'))}
          {part('path', t('menu.path'), limits.cardPathBytes.value)}
          {part('url', t('menu.fallback'), limits.menuUrlBytes.value)}
        </>
      )
    case 'tool':
      return (
        <>
          <Select
            value={parts['kind'] ?? 'scan-wait'}
            disabled={off}
            aria-label={t('menu.tool')}
            options={Object.entries(TOOLS).map(([name, word]) => ({ value: name, label: t(word) }))}
            onChange={(next) => set({ ...parts, kind: next })}
            popupMatchSelectWidth={false}
          />
          {part('key', t('menu.key'), limits.menuKeyBytes.value)}
        </>
      )
    case 'material':
      return <Sized value={text} label={t('menu.material')} off={off} change={set} />
    case 'published':
      return <Sized value={text} label={t('menu.published')} off={off} change={set} />
  }
}

/** Words with the bytes they take beside the bytes there are. */
export function Sized(props: {
  value: string
  label: string
  change(value: string): void
  off: boolean
  most?: number
  testid?: string
}) {
  const { value, label, change, off, most, testid } = props
  const { t } = useWords()
  const used = bytesOf(value)
  const over = most !== undefined && used > most
  return (
    <Input
      value={value}
      disabled={off}
      placeholder={label}
      aria-label={label}
      maxLength={1100}
      onChange={({ target }) => change(target.value)}
      {...(over && { status: 'error' as const })}
      {...(most !== undefined && {
        suffix: (
          <span className={over ? 'bad menu-bytes' : 'quiet menu-bytes'}>{t('menu.bytes', { n: used, most })}</span>
        ),
      })}
      {...(testid !== undefined && { 'data-testid': testid })}
    />
  )
}
