import { AutoComplete } from 'antd'
import { useSearchParams } from 'react-router'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { useWords } from '../../words/use-words.js'

/** The corporations that lists name: the API has no list of accounts, so those of contact ways and groups are known. */
export function useCorps(): { names: string[]; loading: boolean } {
  const may = useMay()
  const ways = useCall('listContactWays', may('contacts:read') ? { query: {} } : undefined)
  const groups = useCall('listGroups', may('groups:read') ? { query: { limit: 100 } } : undefined)
  const names = new Set([
    ...(ways.data?.ways ?? []).map(({ account }) => account),
    ...(groups.data?.groups ?? []).map(({ account }) => account),
  ])
  return { names: [...names].toSorted(), loading: ways.loading || groups.loading }
}

/** Chooses the corporation; its name may also be typed. */
export function CorpChoice({ names, value }: { names: readonly string[]; value: string | undefined }) {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  if (names.length === 1 && value === names[0]) return null
  const choose = (account: string) => {
    const tab = search.get('tab')
    setSearch({ ...(tab !== null && { tab }), account })
  }
  return (
    <AutoComplete
      key={value ?? ''}
      defaultValue={value ?? ''}
      options={names.map((name) => ({ value: name }))}
      placeholder={t('corps.name')}
      aria-label={t('corps.name')}
      className="filter"
      onSelect={choose}
      onInputKeyDown={(event) => {
        const typed = event.key === 'Enter' && event.target instanceof HTMLInputElement ? event.target.value.trim() : ''
        if (typed) choose(typed)
      }}
    />
  )
}
