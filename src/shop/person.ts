import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Claim } from '../contacts/bind.js'
import type { Person } from '../contacts/identity.js'

const id = (what: string) => z.string().trim().min(1).max(128).describe(what)

/** Who somebody is, in a shop's words. */
export const personSchema = z
  .strictObject({
    user: id('the id of the shop’s own user, who has logged in').optional(),
    miniOpenid: id('the openid in the mini program of the account').optional(),
    openid: id('the openid of the follower of the account').optional(),
    unionid: id('the unionid; the strongest proof that two openids are one person').optional(),
    phone: z
      .string()
      .regex(/^\+?[\d][\d -]{4,23}$/, 'must be a telephone number')
      .describe('only a number that the shop has verified; kept as a keyed hash, never itself')
      .optional(),
    account: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/)
      .describe('the account that the openids belong to; the key’s unless given')
      .optional(),
  })
  .refine((person) => Object.keys(person).some((name) => name !== 'account'), {
    error: 'names nobody: give user, openid, miniOpenid, unionid or phone',
  })
  .meta({ id: 'Person', description: 'Who somebody is, in a shop’s words: one id at least.' })

export type ShopPerson = z.output<typeof personSchema>

/** Turns a shop's words into identities. */
export interface Naming {
  /** The shop whose users are meant. */
  shop: string
  /** The account of openids that name none. */
  account?: string
  /** The key of the telephone hashes. */
  pepper: Buffer
}

/** A claim that binds openids to no account, because neither the person nor the key names one. */
export class AccountMissing extends Error {
  override readonly name = 'AccountMissing'
}

/** The identities of a person, the surest in front. Throws AccountMissing. */
export function claimOf(person: ShopPerson, naming: Naming, at: Date): Claim {
  const account = person.account ?? naming.account
  const people: Person[] = []
  const needed = () => {
    if (account === undefined) throw new AccountMissing('an openid needs an account')
    return account
  }
  if (person.user !== undefined) people.push({ platform: 'shop', account: naming.shop, externalId: person.user })
  if (person.miniOpenid !== undefined) {
    people.push({ platform: 'mini-program', account: needed(), externalId: person.miniOpenid })
  }
  if (person.openid !== undefined) {
    people.push({ platform: 'official-account', account: needed(), externalId: person.openid })
  }
  if (person.phone !== undefined) people.push(phoneIdentity(person.phone, naming.pepper))
  return { people, ...(person.unionid !== undefined && { unionid: person.unionid }), at }
}

/** A telephone number as identity: a keyed hash, because all eleven-digit numbers can be tried in a minute. */
export function phoneIdentity(phone: string, pepper: Buffer): Person {
  const externalId = createHmac('sha256', pepper).update(normalPhone(phone)).digest('hex')
  return { platform: 'phone', account: '', externalId }
}

/** One spelling of a number: `138 0013 8000`, `+86-13800138000` and `008613800138000` are the same. */
export function normalPhone(phone: string): string {
  const digits = phone.replace(/[\s-]/g, '').replace(/^00/, '+')
  if (digits.startsWith('+')) return digits
  return /^1\d{10}$/.test(digits) ? `+86${digits}` : /^861\d{10}$/.test(digits) ? `+${digits}` : digits
}
