import { capAt, countsOf } from './caps.js'
import { type Definition, kindOf } from './definition.js'
import type { SkipReason } from './life.js'
import type { CustomerQuery, GroupQuery, GroupSendPorts, TargetCustomer, TargetGroup } from './ports.js'

/** One group or customer that a push means: who would send it, or why nobody does. */
export interface Surveyed {
  target: string
  name?: string
  contact?: string
  staff?: string
  skip?: SkipReason
  detail?: string
}

/** What is looked at. */
export interface SurveyQuestion {
  account: string
  definition: Definition
  /** The run, whose own targets do not count against it. */
  run: string
  asOf: Date
  /** When it would be sent: caps are judged for then. */
  for: Date
}

const PAGE = 1000

/**
 * Goes through the audience in pages of at most 1000 and says of each target who would send it or why it is left out.
 * Writes nothing. A target that is named twice comes once.
 */
export async function* survey(ports: GroupSendPorts, question: SurveyQuestion): AsyncGenerator<Surveyed[]> {
  const kind = kindOf(question.definition)
  if (kind === 'moments') return
  const source = kind === 'groups' ? groupPages(ports, question) : customerPages(ports, question)
  const seen = new Set<string>()
  let waiting: Surveyed[] = []
  for await (const page of source) {
    for (const one of page) {
      if (seen.has(one.target)) continue
      seen.add(one.target)
      waiting.push(one)
    }
    while (waiting.length >= PAGE) {
      yield await judged(ports, question, waiting.slice(0, PAGE))
      waiting = waiting.slice(PAGE)
    }
  }
  if (waiting.length > 0) yield await judged(ports, question, waiting)
  const lost = lostOf(question.definition, seen)
  for (let at = 0; at < lost.length; at += PAGE) yield lost.slice(at, at + PAGE)
}

async function* groupPages({ groups }: GroupSendPorts, { account, definition }: SurveyQuestion) {
  const { labels, folders, chatIds } = definition.to.groups ?? {}
  const query: GroupQuery = { ...(labels && { labels }), ...(folders && { folders }), ...(chatIds && { chatIds }) }
  for await (const page of groups.pages(account, query)) yield page.map(ofGroup)
}

function ofGroup({ chatId, owner, name, dismissed }: TargetGroup): Surveyed {
  const found = { target: chatId, name }
  if (dismissed) return { ...found, skip: 'group-dismissed' }
  return owner === '' ? { ...found, skip: 'no-staff' } : { ...found, staff: owner }
}

async function* customerPages({ customers }: GroupSendPorts, { account, definition, asOf }: SurveyQuestion) {
  const { via = 'newest', allOf } = definition.to.customers ?? {}
  const only = allOf && new Set(allOf)
  for await (const page of customers.pages(account, customerQuery(definition), asOf))
    yield page.map((one) => ofCustomer(one, via, only))
}

function ofCustomer(
  { customer, contact, staff }: TargetCustomer,
  via: 'newest' | 'oldest',
  only: ReadonlySet<string> | undefined,
): Surveyed {
  const found = { target: customer, contact }
  const known = staff.filter((one) => only === undefined || only.has(one.staff))
  const [first] = known.toSorted((a, b) => {
    const order = a.since.getTime() - b.since.getTime() || (a.staff < b.staff ? -1 : 1)
    return via === 'oldest' ? order : -order
  })
  return first ? { ...found, staff: first.staff } : { ...found, skip: 'no-staff' }
}

function customerQuery({ to: { customers: whom } }: Definition): CustomerQuery {
  if (whom?.segment !== undefined) return { segment: whom.segment }
  if (whom?.tags) return { tags: whom.tags }
  if (whom?.ids) return { ids: whom.ids }
  return { allOf: whom?.allOf ?? [] }
}

/** In this order: somebody who can send it, the platform's cap, the house's own rules. */
async function judged(ports: GroupSendPorts, question: SurveyQuestion, page: readonly Surveyed[]): Promise<Surveyed[]> {
  const { account, definition, run, for: at } = question
  const cap = capAt(ports.settings.cap, at, ports.timeZone)
  const open = page.filter(({ skip }) => skip === undefined)
  const [active, counts] = await Promise.all([
    ports.staff.active(account, [...new Set(open.flatMap(({ staff }) => (staff === undefined ? [] : [staff])))]),
    countsOf(ports.connection, { account, targets: open.map(({ target }) => target), run, cap }),
  ])
  const first = page.map((one): Surveyed => {
    if (one.skip !== undefined) return one
    if (one.staff === undefined || !active.has(one.staff)) return { ...one, skip: 'staff-gone' }
    const count = counts.get(one.target) ?? 0
    return count >= cap.most ? { ...one, skip: 'over-cap', detail: `${count}/${cap.most}` } : one
  })
  const contacts = [...new Set(first.flatMap((one) => (one.skip || one.contact === undefined ? [] : [one.contact])))]
  if (contacts.length === 0) return first
  const { purpose } = definition
  const reasons = await ports.mayReach(contacts, { account, purpose, source: run, at })
  const refused = new Map(contacts.map((contact, index) => [contact, reasons[index]]))
  return first.map((one) => {
    const reason = one.skip || one.contact === undefined ? undefined : refused.get(one.contact)
    return reason === undefined ? one : { ...one, skip: 'not-allowed', detail: reason }
  })
}

/** Ids that were named and that nobody knows. */
function lostOf({ to }: Definition, seen: ReadonlySet<string>): Surveyed[] {
  const lost = (ids: readonly string[] | undefined, skip: SkipReason) =>
    [...new Set(ids ?? [])].filter((id) => !seen.has(id)).map((target): Surveyed => ({ target, skip }))
  const named = to.groups?.labels || to.groups?.folders ? [] : to.groups?.chatIds
  return [...lost(named, 'unknown-group'), ...lost(to.customers?.ids, 'unknown-customer')]
}
