import type { WayDefinition } from './definition.js'
import type { WayCounts, WayProblem, WayRow } from './model.js'
import { definitionOf } from './read-definition.js'
import { validityAt } from './slots.js'

/** How a way stands, in one word. */
export type WayStatus =
  /** People can scan it. */
  | 'live'
  /** It is not made on the platform yet; `problem` says why, when it cannot be. */
  | 'pending'
  /** Nobody knows yet whether the platform has made it. */
  | 'unclear'
  /** The platform has lost it: printed codes are dead. */
  | 'gone'
  | 'not-yet'
  | 'over'
  | 'removed'

/** A way as people look at it. */
export interface WayView {
  slug: string
  account: string
  name: string
  /** `file`: of content/contact-ways, read-only elsewhere. */
  origin: 'file' | 'store'
  status: WayStatus
  place: WayDefinition['place']
  state: string
  /** The platform's id, for a button in a mini program. */
  platformId?: string
  /** The address of the code's picture. */
  qrCode?: string
  /** Who receives newcomers now, as the platform has it. */
  staff: string[]
  counts: WayCounts
  problem?: WayProblem
  /** Its file is gone; the code goes on working until it is removed. */
  orphan: boolean
  version: number
  updatedAt: Date
  updatedBy: string
  /** As it was written. */
  definition: unknown
}

/** A stored way as people look at it. */
export function viewOf(row: WayRow, now: Date, zone: string): WayView {
  const { slug, account, origin, state, made, applied, problem, counts, version, updatedAt, updatedBy } = row
  const definition = definitionOf(row)
  return {
    slug,
    account,
    name: definition?.name ?? slug,
    origin,
    status: statusOf(row, definition, now, zone),
    place: definition?.place ?? 'qr',
    state,
    ...(made && { platformId: made.id }),
    ...(made?.qrCode !== undefined && { qrCode: made.qrCode }),
    staff: applied?.staff ?? [],
    counts,
    ...(problem && { problem }),
    orphan: row.orphan === true,
    version,
    updatedAt,
    updatedBy,
    definition: JSON.parse(row.definition),
  }
}

function statusOf(row: WayRow, definition: WayDefinition | undefined, now: Date, zone: string): WayStatus {
  if (row.removedAt) return 'removed'
  if (row.making) return 'unclear'
  if (row.problem?.kind === 'gone') return 'gone'
  if (row.made) return 'live'
  const validity = definition ? validityAt(definition, now, zone) : 'valid'
  return validity === 'valid' ? 'pending' : validity
}
