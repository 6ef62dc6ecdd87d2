import type { ContactRow } from '../contacts/model.js'

/** Where a contact can be reached from an account. */
export interface Address {
  account: string
  /** The person's id on the account; absent: known in its mini program only. */
  to?: string
  /** The person's id in the account's mini program. */
  visitor?: string
}

/** What finding addresses needs. */
export interface AddresseePorts {
  contacts: { get(contact: string): Promise<ContactRow | undefined> }
  /** Every account that can send. */
  accounts: readonly string[]
}

const MERGES = 8

/**
 * Gives the function that finds where a contact can be reached: from the account that is named, or from the one that
 * knows the person when none is. Undefined for nobody, for the erased, and for somebody no account knows. Without a
 * contact the account alone is found, so that others who know an address can use it.
 */
export function createAddressee({ contacts, accounts }: AddresseePorts) {
  return async (contact: string | undefined, account: string | undefined): Promise<Address | undefined> => {
    if (account !== undefined && !accounts.includes(account)) return undefined
    const only = account ?? (accounts.length === 1 ? accounts[0] : undefined)
    if (contact === undefined) return only === undefined ? undefined : { account: only }
    let row = await contacts.get(contact)
    for (let depth = 0; row?.merge && depth < MERGES; depth++) row = await contacts.get(row.merge.into)
    if (row?.status !== 'active') return undefined
    const names = only === undefined ? accounts : [only]
    const found = names.map((name) => addressOn(row, name)).find((one) => one !== undefined)
    return found ?? (only === undefined ? undefined : { account: only })
  }
}

function addressOn({ identities }: ContactRow, account: string): Address | undefined {
  const idIn = (platform: string) =>
    identities.find((one) => one.platform === platform && one.account === account)?.externalId
  const to = idIn('official-account')
  const visitor = idIn('mini-program')
  if (to === undefined && visitor === undefined) return undefined
  return { account, ...(to !== undefined && { to }), ...(visitor !== undefined && { visitor }) }
}
