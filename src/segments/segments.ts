import { type ContactRow, contactRows } from '../contacts/model.js'
import type { Clock } from '../core/clock.js'
import { AppError, ProblemsError } from '../core/errors.js'
import type { Rule } from '../library/rule.js'
import type { Connection } from '../store/connect.js'
import { type AudiencePorts, countOf, membersOf, pagesOf } from './audience.js'
import { build, typesIn } from './build.js'
import { needsCredits } from './contact-leaf.js'
import { createDefinitions, type Definitions, ruleProblems, type SegmentFiles, type SegmentUse } from './definitions.js'
import { type Explained, explain } from './explain.js'
import { createFactReader } from './facts.js'
import { nextFlip } from './flips.js'
import { matches } from './judge.js'
import { createMentionIndex, type MentionIndex, mentionsOf } from './mentions.js'
import { segmentModel } from './model.js'
import { isFactLeaf, leavesOf, type Node } from './node.js'
import type { AudienceQuery, AudienceRow, Count, Member } from './segment.js'
import type { PastFact } from './tally.js'
import { type Moment, momentOf } from './time.js'

/** Who is meant by a rule, asked of many or of one. */
export interface Segments extends Definitions {
  /** The people of a rule in the order of their ids. The same `asOf` after a crash goes on with `after`. */
  pages(rule: Rule, query: AudienceQuery): AsyncIterable<AudienceRow[]>
  /** How many there are, with some of them (20 at most). `asOf` is now unless given. */
  count(rule: Rule, options?: { asOf?: Date; sample?: number; signal?: AbortSignal }): Promise<Count>
  /** Whether somebody is meant. An id that was merged into another contact asks for that one. */
  match(rule: Rule, contact: string, asOf: Date): Promise<boolean>
  /** Every condition with its answer for a person; undefined when there is no such contact. */
  explain(rule: Rule, contact: string, asOf: Date): Promise<Explained | undefined>
  /** When time alone will change the answer of `match`; undefined when it never will. */
  flipsAt(rule: Rule, contact: string, asOf: Date): Promise<Date | undefined>
  /** Contacts as lists show them, in the order of the ids. */
  members(contacts: readonly string[]): Promise<Member[]>
  /**
   * The rule with every segment it refers to put in: what is changed there later changes nothing here. Freeze a rule
   * before a run that lasts.
   */
  freeze(rule: Rule): Promise<Rule>
  /** Which segments look at a type of fact or a field, of those that are there now and whose references lead somewhere. */
  mentions(): Promise<MentionIndex>
  /** A rule that came from outside. Throws ProblemsError `segment.invalid` with every mistake in it. */
  read(rule: unknown): Rule
}

/** What segments are made of. */
export interface SegmentsPorts {
  connection: Connection
  /** The library; its segments are read-only here. */
  files: SegmentFiles
  clock: Clock
  /** Business days are of this zone. */
  timeZone: string
  /** What refers to a segment besides other segments: it cannot be deleted then. */
  usedBy?: (slug: string) => Promise<SegmentUse[]>
  /** For tests: up to so many candidates' facts are looked up person by person. */
  lookUp?: number
}

const SAMPLE = 5
const MOST_SAMPLE = 20

/** The segments on a connection; make them before `ensureIndexes`. */
export function createSegments(ports: SegmentsPorts): Segments {
  const { connection, files, clock, timeZone, lookUp, usedBy } = ports
  segmentModel(connection)
  const reader = createFactReader(connection)
  const audience: AudiencePorts = { connection, reader, lookUp }
  const definitions = createDefinitions({ connection, files, clock, ...(usedBy && { usedBy }) })

  const ruleOf = async (slug: string) => (await definitions.find(slug))?.rule
  const ready = (rule: Rule): Promise<Node> => build(rule, ruleOf)

  /** One contact with everything that a rule may ask of it. */
  async function load(rule: Rule, contact: string, asOf: Date) {
    const [node, moment] = [await ready(rule), momentOf(asOf, timeZone)]
    const row = await activeRow(connection, contact)
    if (!row) return undefined
    const history: PastFact[] = []
    const types = typesIn(node)
    const ids = [row._id, ...(row.mergedFrom ?? [])]
    if (types.length > 0) {
      await reader.ofContacts(ids, types, earliest(node, moment), (_, fact) => void history.push(fact))
    }
    const credits = [...leavesOf(node)].some(needsCredits)
    const credited = await reader.credited(credits ? row.identities.map(({ key }) => key) : [])
    return { node, moment, person: { row, credited }, history }
  }

  return {
    ...definitions,
    async *pages(rule, { asOf, ...query }) {
      yield* pagesOf(audience, await ready(rule), momentOf(asOf, timeZone), query)
    },
    async count(rule, { asOf = clock.now(), sample = SAMPLE, signal } = {}) {
      const most = Math.min(Math.max(Math.trunc(sample), 0), MOST_SAMPLE)
      const { count, latest } = await countOf(audience, await ready(rule), momentOf(asOf, timeZone), most, signal)
      return { count, asOf, sample: await membersOf(connection, latest) }
    },
    async match(rule, contact, asOf) {
      const found = await load(rule, contact, asOf)
      return found !== undefined && matches(found.node, found.person, found.history, found.moment)
    },
    async explain(rule, contact, asOf) {
      const found = await load(rule, contact, asOf)
      return found && explain(found.node, found.person, found.history, found.moment)
    },
    async flipsAt(rule, contact, asOf) {
      const found = await load(rule, contact, asOf)
      return found && nextFlip(found.node, found.person, found.history, found.moment)
    },
    members: (contacts) => membersOf(connection, contacts),
    async freeze(rule) {
      await ready(rule)
      return frozen(rule, ruleOf)
    },
    async mentions() {
      const all = await definitions.list()
      const made = await Promise.all(
        all.map(async ({ slug, rule }) => {
          const node = await ready(rule).catch(noneIfBroken)
          return node === undefined ? [] : [{ slug, mentions: mentionsOf(node) }]
        }),
      )
      return createMentionIndex(made.flat())
    },
    read(rule) {
      const problems = ruleProblems(rule)
      if (problems.length > 0) {
        throw new ProblemsError(
          'segment.invalid',
          problems.map((each) => ({ file: 'rule', ...each })),
        )
      }
      return rule as Rule
    },
  }
}

/** Before this no fact can count, now or later. */
function earliest(node: Node, moment: Moment): number {
  return Math.min(...[...leavesOf(node)].filter(isFactLeaf).map((leaf) => moment.interval(leaf.range).from))
}

function noneIfBroken(error: unknown): undefined {
  if (!(error instanceof AppError)) throw error
}

/** A contact that is still somebody: the one it was merged into, nobody once it was erased. */
async function activeRow(connection: Connection, contact: string): Promise<ContactRow | undefined> {
  const seen = new Set<string>()
  for (let id = contact; !seen.has(id); ) {
    seen.add(id)
    const row = await contactRows(connection).findOne({ _id: id })
    if (row?.status === 'active') return row
    if (!row?.merge) return undefined
    id = row.merge.into
  }
  return undefined
}

async function frozen(rule: Rule, find: (slug: string) => Promise<Rule | undefined>): Promise<Rule> {
  const all = (rules: readonly Rule[]) => Promise.all(rules.map((each) => frozen(each, find)))
  if ('all' in rule) return { all: await all(rule.all) }
  if ('any' in rule) return { any: await all(rule.any) }
  if ('not' in rule) return { not: await all([rule.not].flat()) }
  if (!('segment' in rule)) return rule
  const found = await find(rule.segment.id)
  if (found === undefined) throw new AppError('segment.missing', `there is no segment '${rule.segment.id}'`)
  return frozen(found, find)
}
