const MINI = ':mini'

/**
 * The account id of the mini program linked with an account: `shop:mini`. What comes from it and goes out by it bears this
 * id; no account of the configuration can have it.
 */
export function miniAccountOf(account: string): string {
  return `${account}${MINI}`
}

/** The configured account behind an id: `shop` for `shop:mini`, every other id itself. */
export function hostAccountOf(account: string): string {
  return account.endsWith(MINI) ? account.slice(0, -MINI.length) : account
}
