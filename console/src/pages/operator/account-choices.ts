import { useCall } from '../../api/use-call.js'
import type { Filter } from '../../table/filter-bar.js'

/** The configured accounts, to choose from. */
export function useAccountChoices(): readonly { value: string; label: string }[] {
  const { data } = useCall('listAccounts', {})
  return (data?.accounts ?? []).map(({ id }) => ({ value: id, label: id }))
}

/** The filter by account. */
export const AccountFilter = (choices: readonly { value: string; label: string }[]): Filter => ({
  name: 'account',
  word: 'operator.account',
  choices,
})
