import type { Contacts } from '../../contacts/contacts.js'
import { contactRows } from '../../contacts/model.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { customerOf, type People } from '../people.js'
import type { Corp } from '../ports.js'
import { refusalOf } from '../refusal.js'
import { relationId, relationRows } from '../relations/model.js'
import { writeSigns } from '../relations/write.js'
import type { Catalogue } from './catalogue.js'
import type { Mirroring } from './mirror.js'

/** Which customer of which member. */
export interface PairOf {
  account: string
  staff: string
  /** The platform's id of the customer. */
  customer: string
}

/** What became of tags: on our contact, and on the platform's pair. */
export interface Tagged {
  here: string[]
  there: string[]
  /** Mirrored tags that the platform did not take now; tried again when the pair is there, and every night. */
  refused: { tag: string; reason: string }[]
}

const AGAIN_MS = 60_000
const NO_PAIR = '平台还没有这位成员与客户的关系记录，稍后重试'

/**
 * Puts tags of ours on a customer: on the contact at once, and on the platform those that are mirrored. Never throws
 * for what the platform refuses. Throws AppError `contact.tag` for a tag that is none.
 */
export async function putTags(
  ports: {
    connection: Connection
    clock: Clock
    events: Pick<Events, 'append'>
    contacts: Pick<Contacts, 'find'>
    people: Pick<People, 'learn'>
    catalogue: Pick<Catalogue, 'mirrorFor'>
    mirroring: Pick<Mirroring, 'settle'>
    due(): void
  },
  corp: Corp | undefined,
  pair: PairOf,
  tags: readonly string[],
): Promise<Tagged> {
  const here = [...new Set(tags)]
  for (const tag of here) checkTag(tag)
  if (here.length === 0) return { here: [], there: [], refused: [] }
  const { connection, clock } = ports
  const { account, staff, customer } = pair
  const at = clock.now()
  const contact =
    (await ports.contacts.find(customerOf(account, customer))) ??
    (await ports.people.learn([{ account, externalId: customer, at }])).get(customer) ??
    ''
  await contactRows(connection).updateOne({ _id: contact, status: 'active' }, { $addToSet: { tags: { $each: here } } })
  const mirror = corp && (await ports.catalogue.mirrorFor(corp, here))
  const mirrored = here.filter((tag) => mirror?.byName.has(tag))
  if (!corp || mirrored.length === 0) return { here, there: [], refused: [] }
  const reason = await settled()
  const row = await relationRows(connection).findOne({ _id: relationId(account, staff, customer) })
  const there = mirrored.filter((tag) => row?.tags.includes(mirror?.byName.get(tag) ?? ''))
  const why = reason ?? row?.tagRefusal?.reason ?? NO_PAIR
  const refused = mirrored.flatMap((tag) => (there.includes(tag) ? [] : [{ tag, reason: why }]))
  return { here, there, refused }

  /** The pair may not be noted yet: then it is read soon, and its tags are settled with that. */
  async function settled(): Promise<string | undefined> {
    const known = await relationRows(connection).findOne({ _id: relationId(account, staff, customer), live: true })
    if (!known) {
      await writeSigns(ports, [{ ...pair, contact, sign: { kind: 'stale' }, refetchAt: at }])
      ports.due()
      return NO_PAIR
    }
    try {
      if (corp) await ports.mirroring.settle(corp, [customer], `put:${at.getTime()}`)
      return undefined
    } catch (error) {
      const refetchAt = new Date(at.getTime() + AGAIN_MS)
      await writeSigns(ports, [{ ...pair, contact, sign: { kind: 'stale' }, refetchAt }])
      return refusalOf(error).reason
    }
  }
}

function checkTag(tag: string): void {
  const length = [...tag].length
  if (length >= 1 && length <= 80) return
  throw new AppError('contact.tag', `'${tag.slice(0, 90)}' is no tag`, { fix: 'a tag is 1 to 80 characters' })
}
