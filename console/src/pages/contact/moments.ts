import type { Contact, Delivery } from '../../api/types.js'

/** Something that happened to a person, as far as the API tells. */
export interface Happening {
  key: string
  at: string
  kind: 'follow' | 'consent' | 'order' | 'delivery' | 'seen'
  /** What exactly, as a code of its kind. */
  code: string
  about: string
  href?: string
}

interface OrderRow {
  shop: string
  orderNo: string
  updatedAt: string
}

/** One timeline out of what the API gives in parts, the newest first. */
export function happenings(
  contact: Contact,
  orders: readonly OrderRow[],
  deliveries: readonly Delivery[],
): Happening[] {
  const follows = contact.identities.flatMap(({ platform, account, following, followAt }): Happening[] => {
    if (followAt === undefined) return []
    const code = following ? 'following' : 'not-following'
    return [{ key: `f:${platform}:${account}`, at: followAt, kind: 'follow', code, about: account }]
  })
  const consents = Object.entries(contact.consents).map(([purpose, { allowed, at, source }]): Happening => {
    return { key: `c:${purpose}`, at, kind: 'consent', code: `${purpose}:${allowed ? 'yes' : 'no'}`, about: source }
  })
  const bought = orders.map(({ shop, orderNo, updatedAt }): Happening => {
    return { key: `o:${shop}:${orderNo}`, at: updatedAt, kind: 'order', code: 'order', about: `${shop} ${orderNo}` }
  })
  const sent = deliveries.map(({ key, state, createdAt, sentAt, endedAt, purpose, kind }): Happening => {
    const href = `/deliveries?key=${encodeURIComponent(key)}`
    return {
      key: `d:${key}`,
      at: sentAt ?? endedAt ?? createdAt,
      kind: 'delivery',
      code: state,
      about: `${purpose}:${kind}`,
      href,
    }
  })
  const first: Happening = { key: 'seen', at: contact.firstSeenAt, kind: 'seen', code: 'first', about: '' }
  return [...follows, ...consents, ...bought, ...sent, first].toSorted((one, other) => other.at.localeCompare(one.at))
}

/** The keys under which deliveries to the person stand: `<account>:<id>` for each place that can be written to. */
export function addressesOf(contact: Contact): string[] {
  return contact.identities.flatMap(({ platform, account, externalId }) =>
    platform === 'phone' || externalId === undefined ? [] : [`${account}:${externalId}`],
  )
}
