import { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { ContentProblem } from '../../library/problem.js'
import type { Connection } from '../../store/connect.js'
import { createDefinitions, type Definitions } from '../ways/definitions.js'
import { type FolderKind, readFolder } from '../ways/folder.js'

import { type RuleSet, ruleSetSchema, segmentsIn, waysIn } from './rules.js'

/** How `content/steering` is read. */
export const STEERING_FOLDER: FolderKind<RuleSet, RuleSet> = {
  folder: 'steering',
  schema: ruleSetSchema,
  complete: (_, value) => value,
}

/** The rule sets of `content/steering` and of the store. */
export function createRuleSets(ports: {
  connection: Connection
  clock: Clock
  log: Logger
  dir: string
  reloadMs?: number
}): Definitions<RuleSet> {
  const { connection, clock, log, dir, reloadMs } = ports
  return createDefinitions({
    connection,
    clock,
    log,
    dir,
    kind: STEERING_FOLDER,
    collection: 'steer_rule_sets',
    model: 'SteerRuleSet',
    ...(reloadMs !== undefined && { reloadMs }),
  })
}

/** What rule sets may name. */
export interface SteeringNames {
  segment(slug: string): unknown
  way(slug: string): unknown
}

/** Names of a rule set that lead nowhere. */
export function lostNames(set: RuleSet, names: SteeringNames): { path: PropertyKey[]; message: string }[] {
  return [
    ...waysIn(set).flatMap(({ way, path }) =>
      names.way(way) ? [] : [{ path, message: `没有名为 ${way} 的入群方式` }],
    ),
    ...segmentsIn(set).flatMap(({ segment, path }) =>
      names.segment(segment) ? [] : [{ path, message: `没有名为 ${segment} 的人群` }],
    ),
  ]
}

/** Every mistake of `content/steering`, for `weloop content check`. */
export async function checkSteering(
  dir: string,
  names: SteeringNames,
  shown: string,
): Promise<{ title: string; count: number; sets: string[]; problems: ContentProblem[] }> {
  const { files, problems } = await readFolder(dir, STEERING_FOLDER, shown)
  const known = files.flatMap(({ value, at, slug }) => (value === undefined ? [] : [{ value, at, slug }]))
  for (const { value, at } of known)
    problems.push(...lostNames(value, names).map((lost) => at({ ...lost, fix: '改成已有的名字' })))
  return { title: '引导规则', count: known.length, sets: known.map(({ slug }) => slug), problems }
}

const REPLIES: FolderKind<unknown, unknown> = {
  folder: 'replies',
  schema: z.unknown(),
  complete: (_, value) => value,
}

/** Keyword replies (`answer: { invite: NAME }`) that invite to what is not there. */
export async function checkInvites(
  dir: string,
  known: (name: string) => boolean,
  shown: string,
): Promise<ContentProblem[]> {
  const { files } = await readFolder(dir, REPLIES, shown)
  return files.flatMap(({ value, at }) =>
    (Array.isArray(value) ? value : []).flatMap((rule: unknown, index) => {
      const name = invitedTo(rule)
      if (name === undefined || known(name)) return []
      const path = [index, 'answer', 'invite']
      return [at({ path, message: `没有名为 ${name} 的引导规则或入群方式`, fix: '改成已有的名字' })]
    }),
  )
}

function invitedTo(rule: unknown): string | undefined {
  const answer = fieldOf(rule, 'answer')
  const name = fieldOf(answer, 'invite')
  return typeof name === 'string' ? name : undefined
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
