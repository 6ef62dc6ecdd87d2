import { Select } from 'antd'
import { useEffect, useState } from 'react'
import { call } from '../../api/browser.js'
import { given } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'
import type { Summary } from './shapes.js'

/** Chooses an article or a card that is live, found by its title. */
export function ItemPicker(props: {
  kind: 'articles' | 'cards'
  value: string
  set(slug: string | undefined): void
  readOnly?: boolean
}) {
  const { kind, value, set, readOnly = false } = props
  const { t } = useWords()
  const [text, setText] = useState('')
  const [found, setFound] = useState<readonly Summary[]>([])
  useEffect(() => {
    const control = new AbortController()
    const timer = setTimeout(() => {
      const query = given({ text, state: 'live' as const, limit: 50 })
      call('listContent', { params: { kind }, query, signal: control.signal }).then(
        ({ items }) => setFound(items),
        () => undefined,
      )
    }, 200)
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [kind, text])
  const label = t(kind === 'articles' ? 'pick.article' : 'pick.card')
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setText }}
      allowClear
      disabled={readOnly}
      value={value === '' ? null : value}
      placeholder={label}
      aria-label={label}
      notFoundContent={t('pick.nothing')}
      onChange={(chosen: string | null | undefined) => set(chosen ?? undefined)}
      options={found.map(({ slug, title }) => ({ value: slug, label: `${title}（${slug}）` }))}
      className="picker"
    />
  )
}
