import type { Clock } from '../../core/clock.js'
import { AppError, messageOf, unreachable } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Message } from '../../core/message.js'
import type { PlatformName } from '../../core/update.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import type { Definitions } from '../ways/definitions.js'
import { allFull } from '../ways/sync.js'
import type { Way, Ways } from '../ways/ways.js'
import { type Choice, choose, type Facts, type Target } from './choose.js'
import { createRuleSets } from './definitions.js'
import { invitationOf, toldAs } from './invite.js'
import { createJoins, type Joins } from './joins.js'
import { steerModel } from './model.js'
import { createOffers, type Offers } from './offers.js'
import { type RuleSet, ruleSetOf, segmentsIn, waysIn } from './rules.js'
import { createTokens } from './token.js'

/** Who is steered. */
export interface SteeredPerson {
  platform: PlatformName
  account: string
  externalId: string
}

/** What the moment adds to what is known of a person. */
export interface Moment {
  said?: string | undefined
  scene?: string | undefined
  /** Of the contact way (联系我) the person has just come by. */
  state?: string | undefined
}

/** What steering led to. */
export interface Invitation {
  choice: Choice
  /** Nothing when no rule fitted and the set says nothing for that. */
  message: Message | undefined
}

/** Steers people to the right customer group. */
export interface Steer {
  readonly sets: Definitions<RuleSet>
  readonly offers: Offers
  readonly joins: Joins
  /**
   * Chooses for a person by a rule set (or a way's own name) and records what was offered; the same key again offers the
   * same. Throws AppError `steer.unknown` when there is neither.
   */
  invite(name: string, who: SteeredPerson, about: Moment & { key: string; at: Date }): Promise<Invitation>
  /** Which group a contact would get, and why; nothing is recorded. Undefined when there is no such contact. */
  attempt(name: string, contact: string, about: Moment): Promise<Attempt | undefined>
}

/** A trial: what was known, and what came of it. */
export interface Attempt {
  facts: Facts
  choice: Choice
  /** Segments that could not be judged, and why. */
  unjudged: { segment: string; reason: string }[]
}

export interface SteerPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  dir: string
  ways: Ways
  /** Our contacts; `profile.city` is the city. */
  contacts: {
    resolve(who: SteeredPerson, at?: Date): Promise<string>
    get(contact: string): Promise<
      | {
          _id: string
          tags: readonly string[]
          profile: Record<string, unknown>
          mergedFrom?: readonly string[]
          /** Whose a merged contact is now. */
          merge?: { into: string }
          identities: readonly { firstScene?: { scene: string }; lastScene?: { scene: string } }[]
        }
      | undefined
    >
  }
  /** Whether a contact belongs to a segment; rejects when there is no such segment. */
  inSegment(segment: string, contact: string, at: Date): Promise<boolean>
  /** The states of the contact ways by which a contact came. */
  statesOf(contact: string): Promise<readonly string[]>
  /** Where a contact is (no `leftAt`) or was. */
  groupsOf(contact: string): Promise<readonly { chatId: string; leftAt?: Date }[]>
  publicUrl: string
  /** Signs invitations: 32 bytes or more, the same in every process. */
  secret: Uint8Array
  /** How long an invitation's page stays open. */
  lifeMs: number
  reloadMs?: number
}

/** Steering on a connection; make it before `ensureIndexes`. */
export function createSteer(ports: SteerPorts): Steer {
  const { connection, clock, log, events, ways, contacts, publicUrl, lifeMs } = ports
  steerModel(connection)
  const sets = createRuleSets(ports)
  const offers = createOffers({ connection, events, clock, tokens: createTokens(ports.secret), lifeMs })
  const joins = createJoins({
    connection,
    events,
    clock,
    offers,
    idsOf: async (contact) => [contact, ...((await contacts.get(contact))?.mergedFrom ?? [])],
    overflows: async (slug) => (await ways.definitions.find(slug))?.overflow !== undefined,
  })

  async function setOf(name: string): Promise<RuleSet> {
    const set = await sets.find(name)
    if (set) return set
    const way = await ways.definitions.find(name)
    if (way) return ruleSetOf(name, way.title)
    throw new AppError('steer.unknown', `there is no rule set and no join way '${name}'`, {
      fix: 'make content/steering/NAME.yaml or content/join-ways/NAME.yaml, or mend the name',
    })
  }

  async function targetsOf(set: RuleSet): Promise<Map<string, Way>> {
    const found = new Map<string, Way>()
    for (const slug of new Set(waysIn(set).map(({ way }) => way))) {
      const way = await ways.find(slug)
      if (way) found.set(slug, way)
    }
    return found
  }

  /** Everything the rules ask. A segment that cannot be judged counts as one the person does not belong to. */
  async function factsOf(set: RuleSet, contact: string, about: Moment) {
    const [row, stays, states] = await Promise.all([
      contacts.get(contact),
      ports.groupsOf(contact),
      ports.statesOf(contact),
    ])
    const unjudged: Attempt['unjudged'] = []
    const asked = [...new Set(segmentsIn(set).map(({ segment }) => segment))]
    const segments: string[] = []
    for (const segment of asked) {
      try {
        if (await ports.inSegment(segment, contact, clock.now())) segments.push(segment)
      } catch (error) {
        unjudged.push({ segment, reason: messageOf(error) })
      }
    }
    const touched = (row?.identities ?? []).flatMap(({ firstScene, lastScene }) => [firstScene, lastScene])
    const city = row?.profile['city']
    const facts: Facts = {
      tags: row?.tags ?? [],
      segments,
      ...(about.said !== undefined && { said: about.said }),
      scenes: distinct([about.scene, ...touched.map((each) => each?.scene)]),
      states: distinct([about.state, ...states]),
      ...(typeof city === 'string' && { city }),
      groups: stays.filter(({ leftAt }) => leftAt === undefined).map(({ chatId }) => chatId),
    }
    return { facts, unjudged, known: row !== undefined }
  }

  /** The contact itself, or the one that it was merged into. */
  async function holderOf(contact: string): Promise<string> {
    const row = await contacts.get(contact)
    return row?.merge && row.merge.into !== contact ? holderOf(row.merge.into) : contact
  }

  /** Staff hear that people were turned away; the person stands on a list of facts, for when there is room. */
  async function turnedAway(
    set: string,
    choice: Extract<Choice, { to: 'waiting' }>,
    targets: ReadonlyMap<string, Way>,
    contact: string,
    { account, key, at }: { account: string; key: string; at: Date },
  ): Promise<void> {
    const full = choice.full.flatMap((slug) => targets.get(slug) ?? [])
    await events.append([
      ...full.map((way) => allFull(way, at)),
      {
        source: 'steer',
        id: `waiting:${key}`,
        type: 'steer.waiting',
        contact,
        account,
        occurredAt: at,
        props: { set, full: choice.full.slice(0, 20) },
      },
    ])
    const unready = choice.passed.filter(({ why }) => why === 'unready').map(({ way }) => way)
    if (unready.length > 0) log.error({ set, ways: unready }, 'join ways are not ready, somebody was turned away')
  }

  return {
    sets,
    offers,
    joins,
    async invite(name, who, { key, at, ...about }) {
      const set = await setOf(name)
      const contact = await contacts.resolve(who, at)
      const [targets, { facts, unjudged }] = await Promise.all([targetsOf(set), factsOf(set, contact, about)])
      for (const { segment, reason } of unjudged) log.error({ set: name, segment, reason }, 'segment not judged')
      const choice = choose(set, facts, seen(targets))
      switch (choice.to) {
        case 'way': {
          const way = targets.get(choice.way)
          if (!way) return { choice, message: undefined }
          const { rule } = choice
          const { account } = who
          const offer = { contact, account, set: name, rule, corp: way.account, way: choice.way, at }
          const { token } = await offers.make(`${contact}\n${name}\n${choice.way}\n${key}`, offer)
          return { choice, message: invitationOf(way, token, publicUrl) }
        }
        case 'already':
          return { choice, message: toldAs(set.already, choice.group) }
        case 'waiting':
          await turnedAway(name, choice, targets, contact, { account: who.account, key: `${name}:${key}`, at })
          return { choice, message: toldAs(set.waiting) }
        case 'nobody':
          return { choice, message: set.nobody === undefined ? undefined : toldAs(set.nobody) }
        default:
          return unreachable(choice)
      }
    },
    async attempt(name, asked, about) {
      const set = await setOf(name)
      const contact = await holderOf(asked)
      const [targets, { facts, unjudged, known }] = await Promise.all([targetsOf(set), factsOf(set, contact, about)])
      return known ? { facts, choice: choose(set, facts, seen(targets)), unjudged } : undefined
    },
  }
}

/** Ways as choosing sees them. */
function seen(ways: ReadonlyMap<string, Way>): Map<string, Target> {
  return new Map(
    [...ways].map(([slug, way]) => [slug, { ready: way.configId !== undefined, room: way.room, groups: way.groups }]),
  )
}

const distinct = (values: readonly (string | undefined)[]) => [
  ...new Set(values.filter((value): value is string => value !== undefined && value !== '')),
]
