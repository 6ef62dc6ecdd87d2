import type { Message } from '../core/message.js'
import type { AudienceRow } from '../segments/segment.js'
import { CampaignError } from './campaign-error.js'
import type { CampaignBrief, Standing } from './campaigns.js'
import type { Definition } from './definition.js'
import { type Estimate, estimate } from './estimate.js'
import { type Plan, type PlanContext, planOf } from './plan.js'
import type { CampaignPorts } from './ports.js'
import { recallsOf } from './recall.js'
import { isHeldOut, variantOf } from './recipients.js'
import { nextOccurrence } from './schedule.js'
import { validDefinition } from './validate.js'

/** A campaign that is being written, perhaps not saved yet. */
export interface Unsaved {
  /** The campaign's name, where it has one: hold-out groups and variants are drawn by it. */
  id?: string | undefined
  /** May still lack a name and its content. */
  definition: unknown
}

/** What a look at an unsaved campaign found. */
export interface Look {
  /** Exactly how many are in the audience. */
  audience: number
  estimate: Estimate
}

/** What one person would see. */
export interface Preview {
  /** The variant or stage, where there are several and one is due. */
  variant?: string
  /** What is sent; absent while nothing is written. */
  message?: Message
  account: string
  /** How the person stands to it, when one was named. */
  about?: Standing & CampaignBrief
}

/** A look before saving ends after about so many people. */
const MOST = 20_000
/** So many looks at once, in this process; people who type get an answer the sooner. */
const AT_ONCE = 3
const CONTENT = ['article', 'card', 'text', 'variants', 'stages'] as const
const BLANK = '（未填写）'

/** Looks at campaigns that are not saved: nothing is written, sent or booked. */
export function createDrafts(ports: CampaignPorts, context: () => PlanContext) {
  const { audiences, clock } = ports
  let looking = 0

  /** The definition with what may still be missing put in. Throws CampaignError `campaign.invalid`. */
  async function read(value: unknown): Promise<{ definition: Definition; empty: boolean; plan: Plan; rule: unknown }> {
    const given: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {}
    const empty = CONTENT.every((key) => given[key] === undefined || given[key] === '')
    if (empty) for (const key of CONTENT) delete given[key]
    const filled = { ...given, name: given['name'] || BLANK, ...(empty && { text: BLANK }) }
    const definition = await validDefinition(filled, ports)
    const found = await audiences.rule(definition.audience)
    if ('faults' in found) throw new CampaignError('campaign.invalid', 'the audience cannot be used', found)
    return { definition, empty, plan: planOf(definition, context()), rule: found.rule }
  }

  return {
    /**
     * Who would get it, as an estimate says, of the first 20,000 people at most; and how many the audience has. Ends with
     * the signal. Throws CampaignError `campaign.invalid`, and `campaign.busy` when three are under way.
     */
    async look({ id = '', definition }: Unsaved, signal?: AbortSignal): Promise<Look> {
      const { plan, rule } = await read(definition)
      if (looking >= AT_ONCE)
        throw new CampaignError('campaign.busy', `${AT_ONCE} others are being estimated`, {
          fix: 'ask again in a second',
        })
      looking++
      try {
        const now = clock.now()
        const next = nextOccurrence(plan.schedule, now)?.at ?? now
        const common = { campaign: id, version: 0, plan, rule, now, for: next, most: MOST }
        const found = await estimate(ports, { ...common, ...(signal && { signal }) })
        const looked = found.people + found.notDue
        return { audience: found.partial ? await audiences.count(rule, next) : looked, estimate: found }
      } finally {
        looking--
      }
    },

    /** What it looks like: for one person, or its first variant (or the one that is named). */
    async preview({ id = '', definition }: Unsaved, person?: AudienceRow, named?: string): Promise<Preview> {
      const { definition: read_, empty, plan, rule } = await read(definition)
      const now = clock.now()
      const { account, purpose, channels, variants } = plan
      const several = variants.length > 1 || plan.stages !== undefined
      const shown = (index: number | undefined) => {
        const one = index === undefined ? undefined : variants[index]
        return { account, ...(one && several && { variant: one.name }), ...(one && !empty && { message: one.message }) }
      }
      const wanted = named === undefined ? -1 : variants.findIndex(({ name }) => name === named)
      if (person === undefined) return shown(Math.max(wanted, 0))
      const recalls = await recallsOf(ports.connection, id, plan.stages ? [person._id] : [])
      const due = variantOf(person, { campaign: id, run: '', plan, asOf: now, recalls })
      const heldOut = isHeldOut(id, person._id, plan.holdOut)
      const inAudience = await audiences.match(rule, person._id, now)
      const variant = due === undefined ? undefined : variants[due]?.name
      const brief = { id, name: read_.name, state: 'draft' as const, account, purpose, channels }
      return {
        ...shown(wanted >= 0 ? wanted : (due ?? 0)),
        about: { ...brief, inAudience, heldOut, ...(variant !== undefined && { variant }) },
      }
    },
  }
}
