/** A staff member as routing sees them. */
export interface Candidate {
  userid: string
  skills: readonly string[]
  /** How many conversations they can hold. */
  capacity: number
  load: number
  /** On duty now. */
  online: boolean
  lastTakenAt?: Date | undefined
}

/** What is looked for. */
export interface Need {
  skill?: string | undefined
  /** Asked already, or had it and did not answer. */
  tried: readonly string[]
  /** Asked for by name. */
  wanted?: string | undefined
  /** Who served the person last. */
  last?: string | undefined
}

/** How staff are chosen. */
export interface Routing {
  /** `idle`: the least busy first; `round-robin`: in turn, whoever waits longest for one. */
  order: 'idle' | 'round-robin'
  /** How many are asked at once. */
  count: number
}

/**
 * Staff who could serve: on duty and with the skill. When nobody on duty has it, everybody on duty is: a question is
 * better answered by the wrong desk than by none.
 */
export function fitting<C extends Candidate>(candidates: readonly C[], skill: string | undefined): C[] {
  const online = candidates.filter((one) => one.online)
  if (skill === undefined) return online
  const skilled = online.filter(({ skills }) => skills.includes(skill))
  return skilled.length > 0 ? skilled : online
}

/**
 * Who is asked next; nobody when all who fit are full or were asked already. Who was asked for by name, or else served
 * the person last, is asked alone first.
 */
export function choose(candidates: readonly Candidate[], need: Need, { order, count }: Routing): string[] {
  const free = fitting(candidates, need.skill).filter(({ load, capacity }) => load < capacity)
  const open = free.filter(({ userid }) => !need.tried.includes(userid))
  const favourite = [need.wanted, need.last].find((name) => open.some(({ userid }) => userid === name))
  if (favourite !== undefined) return [favourite]
  return open
    .toSorted((a, b) => (order === 'idle' ? busyness(a) - busyness(b) : 0) || turn(a) - turn(b) || byName(a, b))
    .slice(0, count)
    .map(({ userid }) => userid)
}

const busyness = ({ load, capacity }: Candidate) => load / Math.max(capacity, 1)
const turn = ({ lastTakenAt }: Candidate) => lastTakenAt?.getTime() ?? 0
const byName = (a: Candidate, b: Candidate) => (a.userid < b.userid ? -1 : a.userid > b.userid ? 1 : 0)

/** Which skill a person needs: the first whose tags they have, or whose words they wrote. */
export function skillFor(
  skills: readonly { name: string; tags: readonly string[]; words: readonly string[] }[],
  about: { tags: readonly string[]; text: string },
): string | undefined {
  const worded = skills.find(({ words }) => words.some((word) => about.text.includes(word)))
  return (worded ?? skills.find(({ tags }) => tags.some((tag) => about.tags.includes(tag))))?.name
}
