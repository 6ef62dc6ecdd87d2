import { limits } from '../../rules/wecom/limits.js'
import { type Definition, kindOf } from './definition.js'
import type { SkipReason } from './life.js'
import type { GroupSendPorts } from './ports.js'
import { survey } from './survey.js'

/** What a run would do, before it does it. */
export interface Estimate {
  asOf: Date
  /** When it would be sent. */
  for: Date
  version: number
  /** Groups or customers that the push means; members asked, for moments. */
  targets: number
  /** Those that would be put into tasks. None of them is sent before a member confirms. */
  planned: number
  /** Members who would be asked to confirm, and how many targets each has; the largest 200. */
  owners: number
  largest: { staff: string; targets: number }[]
  tasks: number
  /** Targets that are left out, by reason. */
  skipped: Partial<Record<SkipReason, number>>
  /** Of those that the house's rules leave out: by the rule's word. */
  notAllowed: Record<string, number>
  /** Departments of a moments push: how many people they are is known when the platform made the task. */
  departments: number
  tookMs: number
}

const SHOWN = 200

/** The most targets of one task. */
export const partSize = (kind: 'groups' | 'customers'): number =>
  kind === 'groups' ? limits.sendGroups.value : limits.sendCustomers.value

/** Looks at every target the way the run will. Nothing is written or sent. */
export async function estimate(
  ports: GroupSendPorts,
  question: { push: string; account: string; definition: Definition; version: number; now: Date; for: Date },
): Promise<Estimate> {
  const { push, account, definition, version, now, for: at } = question
  const startedAt = performance.now()
  const kind = kindOf(definition)
  const found: Estimate = {
    asOf: now,
    for: at,
    version,
    targets: 0,
    planned: 0,
    owners: 0,
    largest: [],
    tasks: 0,
    skipped: {},
    notAllowed: {},
    departments: definition.to.moments?.departments?.length ?? 0,
    tookMs: 0,
  }
  const owners = new Map<string, number>()
  if (kind === 'moments') {
    const staff = [...new Set(definition.to.moments?.staff ?? [])]
    const active = await ports.staff.active(account, staff)
    for (const one of staff) {
      found.targets += 1
      if (active.has(one)) owners.set(one, 1)
      else found.skipped['staff-gone'] = (found.skipped['staff-gone'] ?? 0) + 1
    }
    found.tasks = owners.size > 0 || found.departments > 0 ? 1 : 0
  } else {
    for await (const page of survey(ports, { account, definition, run: `${push}:`, asOf: now, for: at }))
      for (const { skip, staff, detail = '' } of page) {
        found.targets += 1
        if (skip === undefined && staff !== undefined) owners.set(staff, (owners.get(staff) ?? 0) + 1)
        else if (skip !== undefined) found.skipped[skip] = (found.skipped[skip] ?? 0) + 1
        if (skip === 'not-allowed') found.notAllowed[detail] = (found.notAllowed[detail] ?? 0) + 1
      }
    for (const count of owners.values()) found.tasks += Math.ceil(count / partSize(kind))
  }
  found.owners = owners.size
  found.planned = [...owners.values()].reduce((sum, count) => sum + count, 0)
  found.largest = [...owners]
    .map(([staff, targets]) => ({ staff, targets }))
    .toSorted((a, b) => b.targets - a.targets || (a.staff < b.staff ? -1 : 1))
    .slice(0, SHOWN)
  found.tookMs = Math.round(performance.now() - startedAt)
  return found
}
