/** A page of the platform's list of followers. */
export interface FollowerPage {
  total: number
  openids: readonly string[]
  /** Where the next page begins; undefined at the end. */
  next?: string
}

/** What the platform tells of a person. */
export type FollowerInfo =
  | {
      follows: true
      openid: string
      unionid?: string
      subscribedAt: Date
      tagIds: readonly string[]
      /** The code of the first follow; empty when there was none. */
      scene: string
    }
  | { follows: false; openid: string; unionid?: string }

/** Where followers are listed: an account's client has it. */
export interface FollowerSource {
  /** At most 10,000 after an openid; 500 calls a day. */
  list(after?: string): Promise<FollowerPage>
  /** At most 100 at once. */
  batchGet(openids: readonly string[]): Promise<readonly FollowerInfo[]>
}

/** Where the account's tags are kept: an account's client has it. */
export interface TagSource {
  list(): Promise<readonly { id: string; name: string }[]>
  /** Gives the id. At most 100 tags an account, 30 bytes a name. */
  create(name: string): Promise<string>
  /** At most 50 people at once, and 20 tags a person. */
  addMembers(id: string, openids: readonly string[]): Promise<void>
  removeMembers(id: string, openids: readonly string[]): Promise<void>
}

/** The class an API error carries (`quota-day`, `identity` ...), if it is one. */
export function classOf(error: unknown): string | undefined {
  const found = typeof error === 'object' && error !== null && 'class' in error ? error.class : undefined
  return typeof found === 'string' ? found : undefined
}
