import { hostAccountOf, miniAccountOf } from '../core/account.js'
import { concernsContact, contactKey, type PlatformName, type Update } from '../core/update.js'

/**
 * Where somebody is known: on a platform; as user of a shop (`account` is the shop); by telephone (`externalId` is a
 * keyed hash, never the number); or only by a unionid, until an openid of the same owner turns up.
 */
export type IdentityKind = PlatformName | 'shop' | 'phone' | 'unionid'

/** Who somebody is on one account of a platform, or in a shop. */
export interface Person {
  platform: IdentityKind
  account: string
  /** The person's id there (an openid, the shop's user id ...). */
  externalId: string
}

/** True where people follow: elsewhere a contact is known without ever following, and cannot leave either. */
export function isFollowed(kind: IdentityKind): boolean {
  return kind === 'official-account' || kind === 'wecom'
}

/**
 * The unique key of an identity. Somebody in a mini program is the same person whether they ordered there (told of the
 * account it is linked with) or wrote to its customer service (`shop:mini`).
 */
export function identityKey(person: { platform: string; account: string; externalId: string }): string {
  return `${person.platform}:${hostedOn(person)}:${person.externalId}`
}

/** The account under which a person is kept: that of a mini program is the one it is linked with. */
export function hostedOn({ platform, account }: { platform: string; account: string }): string {
  return platform === 'mini-program' ? hostAccountOf(account) : account
}

/** The account by which a person writes and is answered; a mini program has one beside the account it is linked with. */
export function talksOn({ platform, account }: { platform: string; account: string }): string {
  return platform === 'mini-program' ? miniAccountOf(hostAccountOf(account)) : account
}

/** Every `contactKey` under which something of an identity may lie. */
export function contactKeysOf(person: { platform: string; account: string; externalId: string }): string[] {
  const { externalId: from } = person
  return [...new Set([hostedOn(person), talksOn(person)])].map((account) => contactKey({ account, from }))
}

/** The person an update is from, or about where the platform itself speaks; undefined when there is none. */
export function personOf(update: Update): Person | undefined {
  if (update.platform === 'wecom' && !concernsContact(update.kind)) return undefined
  const externalId = 'subject' in update ? update.subject : update.from
  return externalId === '' ? undefined : { platform: update.platform, account: update.account, externalId }
}

/** True when the person did something just now; false for reports of the platform about the person. */
export function isPresence(update: Update): boolean {
  const { kind } = update
  if (kind.startsWith('message.') || kind.startsWith('event.menu.')) return true
  switch (kind) {
    case 'event.subscribe':
    case 'event.scan':
    case 'event.location':
    case 'event.subscription.answered':
    case 'event.subscription.changed':
    case 'event.session.entered':
      return true
    default:
      return false
  }
}

/** The person whose contact handlers may use: nobody once the platform has closed the person's account. */
export function contactOf(update: Update): Person | undefined {
  return update.kind === 'event.contact.cancelled' ? undefined : personOf(update)
}
