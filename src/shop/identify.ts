import { z } from 'zod'
import type { Binding } from '../contacts/bind.js'
import { contactRows } from '../contacts/model.js'
import type { Clock } from '../core/clock.js'
import type { ConsentPurpose } from '../core/context.js'
import type { Events } from '../events/events.js'
import type { Fact } from '../events/fact.js'
import type { Connection } from '../store/connect.js'
import type { BoughtFacts } from './bought.js'
import { checkItem, type ItemProblem, type ItemResult } from './item.js'
import { NO_ACCOUNT } from './orders/checks.js'
import { sourceOf } from './orders/facts.js'
import { AccountMissing, claimOf, personSchema } from './person.js'
import { moment, word } from './types/fields.js'

const PURPOSES = ['marketing', 'care'] as const satisfies readonly ConsentPurpose[]

/** Who somebody is, and what the shop knows of the person. */
export const identitySchema = z
  .strictObject({
    person: personSchema.describe('all identities of one person: they become one contact'),
    profile: z
      .record(
        z.string().regex(/^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u, 'names are letters, digits, _ and -'),
        z.union([z.string().max(500), z.number(), z.boolean(), z.null()]),
      )
      .refine((fields) => Object.keys(fields).length <= 50, 'takes at most 50 fields')
      .optional()
      .describe('fields to set; null removes one'),
    tags: z
      .strictObject({ add: z.array(word(80)).max(50).default([]), remove: z.array(word(80)).max(50).default([]) })
      .optional(),
    consents: z
      .array(
        z.strictObject({
          purpose: z.enum(PURPOSES),
          allowed: z.boolean(),
          at: moment.describe('when the person said so; later word wins'),
          textVersion: word(64).optional().describe('which wording the person saw'),
        }),
      )
      .max(20)
      .optional(),
  })
  .meta({ id: 'Identity', description: 'Who somebody is, and what the shop knows of the person.' })

type IdentityCall = z.output<typeof identitySchema>

/** Binds what shops know of people to contacts. */
export interface Identify {
  /** One result a person, with the contact's id; `problems` of accepted ones say what was not settled. */
  take(sender: { shop: string; account?: string }, people: readonly unknown[]): Promise<ItemResult[]>
}

export interface IdentifyPorts {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  binding: Pick<Binding, 'bind'>
  bought: Pick<BoughtFacts, 'refresh'>
  pepper(): Promise<Buffer>
}

/** How many people of a batch are worked on at once. */
const AT_ONCE = 20
const AHEAD_MS = 300_000

/** Identify on a connection. */
export function createIdentify(ports: IdentifyPorts): Identify {
  const { connection, clock, events, binding, bought } = ports

  async function one(
    sender: { shop: string; account?: string },
    call: IdentityCall,
    pepper: Buffer,
  ): Promise<Omit<ItemResult, 'index' | 'id'>> {
    const at = clock.now()
    const ahead = (call.consents ?? []).findIndex((one) => one.at.getTime() > at.getTime() + AHEAD_MS)
    if (ahead >= 0) {
      const field = `consents[${ahead}].at`
      return { result: 'rejected', problems: [{ field, message: 'lies in the future', fix: 'set the shop’s clock' }] }
    }
    const bound = await binding.bind(claimOf(call.person, { ...sender, pepper }, at))
    if (!bound) return { result: 'rejected', problems: [{ field: 'person', message: 'names nobody' }] }
    const { contact, outcome, conflicts } = bound
    if (outcome === 'merged') await bought.refresh([contact])
    const wrote = await describe(contact, call)
    await consent(contact, sender.shop, call)
    const problems: ItemProblem[] = conflicts.map((message) => ({
      field: 'person',
      message: `not made one: ${message}`,
      fix: 'nothing was forced; look at both contacts',
    }))
    const unchanged = outcome === 'known' && !wrote && (call.consents ?? []).length === 0
    return { result: unchanged ? 'duplicate' : 'accepted', contact, ...(problems.length > 0 && { problems }) }
  }

  /** Profile and tags; true when something was to be written. */
  async function describe(contact: string, { profile = {}, tags }: IdentityCall): Promise<boolean> {
    const set = Object.entries(profile).filter(([, value]) => value !== null)
    const unset = Object.entries(profile).filter(([, value]) => value === null)
    const named = (entries: [string, unknown][]) => entries.map(([name, value]) => [`profile.${name}`, value ?? ''])
    const change = {
      ...(set.length > 0 && { $set: Object.fromEntries(named(set)) }),
      ...(unset.length > 0 && { $unset: Object.fromEntries(named(unset)) }),
      ...(tags && tags.add.length > 0 && { $addToSet: { tags: { $each: tags.add } } }),
    }
    const rows = contactRows(connection)
    const mine = { _id: contact, status: 'active' as const }
    if (Object.keys(change).length > 0) await rows.updateOne(mine, change)
    if (tags && tags.remove.length > 0) await rows.updateOne(mine, { $pull: { tags: { $in: tags.remove } } })
    return Object.keys(change).length > 0 || (tags?.remove.length ?? 0) > 0
  }

  async function consent(contact: string, shop: string, { consents = [] }: IdentityCall): Promise<void> {
    const facts: Fact[] = []
    for (const { purpose, allowed, at, textVersion } of consents) {
      const path = `consents.${purpose}`
      const evidence = { source: sourceOf(shop), ...(textVersion !== undefined && { textVersion }) }
      await contactRows(connection).updateOne(
        { _id: contact, [`${path}.at`]: { $not: { $gt: at } } },
        { $set: { [path]: { allowed, at, ...evidence } } },
      )
      const type = allowed ? 'consent.granted' : 'consent.withdrawn'
      const id = `consent:${contact}:${purpose}:${at.getTime()}:${allowed ? 'granted' : 'withdrawn'}`
      facts.push({ source: sourceOf(shop), id, type, contact, occurredAt: at, props: { purpose, ...evidence } })
    }
    if (facts.length > 0) await events.append(facts)
  }

  return {
    async take(sender, people) {
      const pepper = await ports.pepper()
      const results: ItemResult[] = []
      const work = async (given: unknown, index: number): Promise<void> => {
        const checked = checkItem(identitySchema, given)
        const item = { index, id: String(index) }
        if ('problems' in checked) {
          results[index] = { ...item, result: 'rejected', problems: checked.problems }
          return
        }
        try {
          results[index] = { ...item, ...(await one(sender, checked.value, pepper)) }
        } catch (error) {
          if (!(error instanceof AccountMissing)) throw error
          results[index] = { ...item, result: 'rejected', problems: [NO_ACCOUNT] }
        }
      }
      for (let from = 0; from < people.length; from += AT_ONCE) {
        await Promise.all(people.slice(from, from + AT_ONCE).map((given, at) => work(given, from + at)))
      }
      return results
    },
  }
}
