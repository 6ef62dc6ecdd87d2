import type { ContentProblem } from '../../library/problem.js'
import { checkWays } from '../ways/ways.js'
import { checkWelcomes } from '../welcomes/definition.js'
import { checkInvites, checkSteering } from './definitions.js'

/** What the definitions may name. */
interface Names {
  hasArticle(slug: string): boolean
  hasCard(slug: string): boolean
  segment(slug: string): unknown
}

interface Checked {
  title: string
  count: number
  problems: ContentProblem[]
}

/**
 * The folders of join ways, steering rules and group welcomes for `weloop content check`, and the keyword replies that
 * invite. `stored`: join ways and rule sets of the store, where one is at hand; names of files only otherwise.
 */
export const steeringFolders = (
  stored: { ways: readonly string[]; sets: readonly string[] } = { ways: [], sets: [] },
): ((dir: string, names: Names, shown: string) => Promise<Checked>)[] => [
  checkWays,
  async (dir, names, shown) => {
    const ways = new Set([...(await checkWays(dir, names, shown)).ways, ...stored.ways])
    const segment = (slug: string) => names.segment(slug)
    const checked = await checkSteering(dir, { segment, way: (slug) => ways.has(slug) }, shown)
    const known = new Set([...ways, ...checked.sets, ...stored.sets])
    const invites = await checkInvites(dir, (name) => known.has(name), shown)
    return { ...checked, problems: [...checked.problems, ...invites] }
  },
  checkWelcomes,
]
