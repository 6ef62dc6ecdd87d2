import { ProblemsError } from '../core/errors.js'
import { type Rule, ruleIssues, segmentsIn } from '../library/rule.js'
import type { Segments } from '../segments/segments.js'
import type { CampaignRow } from './model.js'
import type { Audiences } from './ports.js'

/** The audiences of campaigns: segments by name, or rules written into a campaign. Rules are frozen: references put in. */
export function audiencesOf(segments: Segments): Audiences {
  const known = (rule: unknown) => rule as Rule

  async function read(audience: string | Record<string, unknown>): Promise<Rule | undefined> {
    if (typeof audience !== 'string') return segments.read(audience)
    return (await segments.find(audience))?.rule
  }

  return {
    async rule(audience) {
      try {
        const rule = await read(audience)
        if (rule !== undefined) return { rule: await segments.freeze(rule) }
        return {
          faults: [{ field: '', message: `没有名为 ${audience} 的人群`, fix: '检查 content/segments 里的名字' }],
        }
      } catch (error) {
        if (error instanceof ProblemsError)
          return { faults: error.problems.map(({ field, message, fix }) => ({ field, message, fix })) }
        if (error instanceof Error && 'code' in error && String(error.code).startsWith('segment.'))
          return {
            faults: [{ field: '', message: `引用的人群不能用（${error.message}）`, fix: '检查 content/segments' }],
          }
        throw error
      }
    },
    pages: (rule, query) => segments.pages(known(rule), query),
    count: async (rule, asOf) => (await segments.count(known(rule), { asOf, sample: 0 })).count,
    match: (rule, contact, asOf) => segments.match(known(rule), contact, asOf),
  }
}

/** The campaigns that have not ended and whose audience refers to a segment. */
export function segmentUses(
  campaigns: readonly Pick<CampaignRow, '_id' | 'definition' | 'state'>[],
  slug: string,
): { kind: 'campaign'; id: string; title: string }[] {
  const refers = (audience: string | Record<string, unknown>) =>
    typeof audience === 'string'
      ? audience === slug
      : ruleIssues(audience).length === 0 && segmentsIn(audience as Rule).some(({ id }) => id === slug)
  return campaigns
    .filter(({ state, definition }) => state !== 'done' && state !== 'stopped' && refers(definition.audience))
    .map(({ _id: id, definition }) => ({ kind: 'campaign', id, title: definition.name }))
}
