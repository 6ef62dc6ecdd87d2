import type { Logger } from '../core/log.js'
import type { NewChunk, Recipient } from '../outbox/bulk/chunk.js'
import type { AudienceRow } from '../segments/segment.js'
import { save } from '../store/compare-and-set.js'
import type { Connection } from '../store/connect.js'
import { campaignCollections, type RunCounts, type RunRow } from './model.js'
import type { Plan } from './plan.js'
import type { Audiences, CampaignBulk, ExpansionPoint } from './ports.js'
import { NO_RECALLS, noteRecalls, type Recalls, recallsOf } from './recall.js'
import { type Choice, recipientsOf } from './recipients.js'

/** Rows a page; a chunk takes 1,000 people, so a page that is read again may have grown by some. */
const PAGE = 950
const CHUNK = 1000

/** What an expansion is made of. */
export interface ExpandDeps {
  connection: Connection
  log: Logger
  audiences: Audiences
  bulk: Pick<CampaignBulk, 'put'>
  at?: ((point: ExpansionPoint) => Promise<void> | undefined) | undefined
}

/** A stretch of the audience, by contact id: behind `after`, up to `upTo`. */
interface Stretch {
  recipients: Recipient[]
  recalls: Recalls
  upTo: string
}

/**
 * Turns one wave of a run's frozen audience into chunks of the bulk sender, page by page in the order of contact ids.
 * Before a chunk is stored the run's row says where it ends; so whoever goes on after a crash stores the same stretch
 * under the same key, which changes nothing when it is there already, and every contact is in exactly one chunk of a
 * run. Gives the row of the wave's end, or undefined when somebody else wrote on the run (a pause, a stop, another
 * worker) or `goOn` said no: then all that was begun is found in the row.
 */
export async function expandWave(
  deps: ExpandDeps,
  begun: RunRow,
  plan: Plan,
  goOn: (row: RunRow) => Promise<boolean>,
): Promise<RunRow | undefined> {
  const { runs } = campaignCollections(deps.connection)
  const { asOf, waves = [], wave = 0, waveAt = begun.dueAt } = begun
  if (asOf === undefined) return undefined
  let row = begun
  let { no, after, upTo } = row.at ?? { no: 0 }
  let counts: RunCounts = row.counts ?? { people: 0, holdOut: 0, chunks: 0 }
  const choice = { campaign: row.campaign, run: row._id, plan, waves, wave, asOf, recalls: NO_RECALLS }

  if (upTo !== undefined) {
    await store(await stretchAgain(deps, row, choice, after, upTo))
    no += 1
    after = upTo
    upTo = undefined
  }

  let open: Stretch | undefined
  for await (const rows of pagesAhead(deps.audiences.pages(ruleOf(row), query()))) {
    const next = await stretchOf(deps, rows, choice)
    if (next === undefined) continue
    if (open && open.recipients.length + next.recipients.length > CHUNK) {
      if (!(await flush(open))) return undefined
      open = next
    } else open = open ? joined(open, next) : next
  }
  if (open && open.recipients.length > 0 && !(await flush(open))) return undefined
  const ended = await save(runs, row, { at: at(), counts, state: 'sending' })
  await deps.at?.('expanded')
  return ended

  function query() {
    return { asOf: asOf as Date, size: PAGE, ...(after !== undefined && { after }) }
  }

  function at(end?: string): NonNullable<RunRow['at']> {
    return { no, ...(after !== undefined && { after }), ...(end !== undefined && { upTo: end }) }
  }

  async function flush(stretch: Stretch): Promise<boolean> {
    if (!(await goOn(row))) return false
    const intended = await save(runs, row, { at: at(stretch.upTo), counts })
    if (intended === undefined) return false
    row = intended
    await deps.at?.('intended')
    await store(stretch)
    no += 1
    after = stretch.upTo
    return true
  }

  async function store({ recipients, recalls }: Stretch): Promise<void> {
    if (recipients.length > 0) {
      const { campaign, _id: run } = row
      if (plan.stages)
        await noteRecalls(deps.connection, { campaign, run, at: asOf as Date, recipients }, recalls.stages)
      await deps.at?.('recalled')
      await deps.bulk.put([chunkOf(row, plan, no, recipients, waveAt)])
    }
    const held = recipients.filter(({ skip }) => skip === 'hold-out').length
    counts = {
      people: counts.people + recipients.length,
      holdOut: counts.holdOut + held,
      chunks: counts.chunks + (recipients.length > 0 ? 1 : 0),
    }
    await deps.at?.('stored')
  }
}

const ruleOf = ({ rule }: RunRow): unknown => JSON.parse(rule ?? 'null')

/** The chunk with that number. */
function chunkOf(row: RunRow, plan: Plan, no: number, recipients: Recipient[], waveAt: Date): NewChunk {
  const lasts = new Date(waveAt.getTime() + plan.lastsMs)
  return {
    key: `${row._id}:${no}`,
    source: row._id,
    account: plan.account,
    purpose: plan.purpose,
    channels: plan.channels,
    variants: plan.variants.map(({ message }) => message),
    recipients,
    dueAt: waveAt,
    expiresAt: plan.endsAt && plan.endsAt < lasts ? plan.endsAt : lasts,
    ...(plan.ratePerSecond !== undefined && { ratePerSecond: plan.ratePerSecond }),
    ...(plan.repeatUncertain && { repeatUncertain: true }),
  }
}

async function stretchOf(
  { connection }: ExpandDeps,
  rows: readonly AudienceRow[],
  choice: Choice,
): Promise<Stretch | undefined> {
  const upTo = rows.at(-1)?._id
  if (upTo === undefined) return undefined
  const ids = choice.plan.stages ? rows.map(({ _id }) => _id) : []
  const recalls = await recallsOf(connection, choice.campaign, ids)
  return { recipients: recipientsOf(rows, { ...choice, recalls }), recalls, upTo }
}

/** The stretch of a chunk that may have been stored before. */
async function stretchAgain(
  deps: ExpandDeps,
  row: RunRow,
  choice: Choice,
  after: string | undefined,
  upTo: string,
): Promise<Stretch> {
  let whole: Stretch = { recipients: [], recalls: NO_RECALLS, upTo }
  const query = { asOf: choice.asOf, size: PAGE, ...(after !== undefined && { after }) }
  for await (const page of deps.audiences.pages(ruleOf(row), query)) {
    const within = page.filter(({ _id }) => _id <= upTo)
    const next = await stretchOf(deps, within, choice)
    if (next) whole = { ...joined(whole, next), upTo }
    if (within.length < page.length) break
  }
  if (whole.recipients.length <= CHUNK) return whole
  deps.log.warn({ run: row._id, more: whole.recipients.length - CHUNK }, 'people who joined later left out of a chunk')
  return { ...whole, recipients: whole.recipients.slice(0, CHUNK) }
}

function joined(one: Stretch, two: Stretch): Stretch {
  return {
    recipients: [...one.recipients, ...two.recipients],
    recalls: {
      stages: new Map([...one.recalls.stages, ...two.recalls.stages]),
      orders: new Map([...one.recalls.orders, ...two.recalls.orders]),
    },
    upTo: two.upTo,
  }
}

/** Reads one page ahead of the one that is worked on. */
async function* pagesAhead(pages: AsyncIterable<AudienceRow[]>): AsyncGenerator<AudienceRow[]> {
  const iterator = pages[Symbol.asyncIterator]()
  try {
    let next = iterator.next()
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = iterator.next()
      next.catch(() => undefined)
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}
