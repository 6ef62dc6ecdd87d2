import { Empty, Input, type InputRef, Segmented, Skeleton, Tag } from 'antd'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { ReadyMessage } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'

const KINDS = ['canned', 'card', 'article'] as const
type Kind = (typeof KINDS)[number]
const NAMES = { canned: 'inbox.ready.canned', card: 'inbox.ready.card', article: 'inbox.ready.article' } as const
const NONE = {
  canned: 'inbox.ready.none.canned',
  card: 'inbox.ready.none.card',
  article: 'inbox.ready.none.article',
} as const

/** Finds a canned reply, a card or an article by words or first letters of pinyin; Enter takes the first. */
export function ReadyPicker({ id, start, pick }: { id: string; start: string; pick(ready: ReadyMessage): void }) {
  const { t } = useWords()
  const [query, setQuery] = useState(start)
  const [kind, setKind] = useState<Kind>('canned')
  const [at, setAt] = useState(0)
  const input = useRef<InputRef>(null)
  const { data } = useCall('searchReadyMessages', { params: { id }, query: { q: query } })
  const found = (data?.ready ?? []).filter((one) => one.kind === kind)
  useEffect(() => input.current?.focus(), [])

  function key(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      setAt((before) => Math.max(0, Math.min(found.length - 1, before + move)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const one = found[at]
      if (one) pick(one)
    }
  }

  return (
    <div className="ready" data-testid="ready">
      <Input
        ref={input}
        value={query}
        allowClear
        onChange={({ target }) => {
          setQuery(target.value)
          setAt(0)
        }}
        onKeyDown={key}
        placeholder={t('inbox.ready.search')}
        aria-label={t('inbox.ready.search')}
      />
      <Segmented<Kind>
        size="small"
        value={kind}
        onChange={(next) => {
          setKind(next)
          setAt(0)
        }}
        options={KINDS.map((value) => ({ value, label: t(NAMES[value]) }))}
      />
      {!data && <Skeleton active />}
      {data && found.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(NONE[kind])} />}
      <ul>
        {found.map((one, index) => (
          <li key={`${one.kind}:${one.slug}`}>
            <button
              type="button"
              className={index === at ? 'ready-one at' : 'ready-one'}
              onClick={() => pick(one)}
              data-testid="ready-one"
            >
              {one.picture !== undefined && <img src={one.picture} alt="" />}
              <span className="grow">
                <b>{one.title}</b> <span className="quiet small">{one.about}</span>
                {one.text !== undefined && <span className="talk-line quiet">{one.text}</span>}
              </span>
              {one.missing?.map((gap) => (
                <Tag key={gap} color="warning">{`{${gap}}`}</Tag>
              ))}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
