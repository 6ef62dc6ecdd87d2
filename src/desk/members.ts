import type { Clock } from '../core/clock.js'
import { isOpen } from './hours.js'
import type { StaffRow } from './model.js'
import type { Candidate } from './route.js'
import type { DeskRows } from './rows.js'
import type { DeskSettings } from './settings.js'

/** A staff member as they stand now. */
export interface Member extends Candidate {
  name: string
  shifts: readonly string[]
  supervisor: boolean
  inShift: boolean
  /** `auto`: on duty in their shifts. */
  presence: 'auto' | 'online' | 'offline'
  /** Numbers of the conversations they hold. */
  numbers: readonly number[]
  slots: readonly number[]
  lastNumber?: number | undefined
}

/** Staff of the desk. */
export interface Members {
  /** Everybody of the settings, as they stand. */
  list(settings: DeskSettings): Promise<Member[]>
  setPresence(
    settings: DeskSettings,
    change: { staff: string; state?: 'auto' | 'online' | 'offline' | undefined; capacity?: number | undefined },
  ): Promise<Member | undefined>
  /** Notes that somebody took one; rotation and numbers go by it. */
  took(staff: string, number: number): Promise<void>
  /** Somebody left the corporation or our app. */
  gone(staff: string): Promise<void>
  back(staff: string): Promise<void>
}

/** The largest short number. */
export const MOST_NUMBER = 99
/** A staff member who took nothing for so long begins with `#1` again, in ms. */
const FRESH_MS = 7_200_000

/** The staff of a store. */
export function createMembers({ rows, clock }: { rows: DeskRows; clock: Clock }): Members {
  async function list(settings: DeskSettings): Promise<Member[]> {
    const now = clock.now()
    const [kept, held] = await Promise.all([
      rows.staff.find({}).toArray(),
      rows.conversations.find({ held: true }, { projection: { staff: 1, number: 1, slot: 1 } }).toArray(),
    ])
    const known = new Map<string, StaffRow>(kept.map((row) => [row._id, row]))
    const shiftOpen = new Map<string, boolean>()
    const open = (shift: string) => {
      const found = shiftOpen.get(shift) ?? isOpen(settings.calendar, [shift], now)
      shiftOpen.set(shift, found)
      return found
    }
    return settings.staff.map(({ userid, name, skills, shifts, capacity, supervisor }) => {
      const row = known.get(userid)
      const own = held.filter(({ staff }) => staff === userid)
      const inShift = shifts.some(open)
      const presence = row?.presence ?? 'auto'
      return {
        userid,
        name,
        skills,
        shifts,
        supervisor,
        capacity: row?.capacity ?? capacity,
        load: own.length,
        numbers: own.flatMap(({ number }) => (number === undefined ? [] : [number])),
        slots: own.flatMap(({ slot }) => (slot === undefined ? [] : [slot])),
        inShift,
        presence,
        online: row?.goneAt === undefined && (presence === 'online' || (presence === 'auto' && inShift)),
        lastTakenAt: row?.lastTakenAt,
        lastNumber:
          row?.lastTakenAt && now.getTime() - row.lastTakenAt.getTime() < FRESH_MS ? row.lastNumber : undefined,
      }
    })
  }

  return {
    list,
    async setPresence(settings, { staff, state, capacity }) {
      if (!settings.staff.some(({ userid }) => userid === staff)) return undefined
      const $set = { ...(state && { presence: state }), ...(capacity !== undefined && { capacity }) }
      if (Object.keys($set).length > 0) await rows.staff.updateOne({ _id: staff }, { $set }, { upsert: true })
      return (await list(settings)).find(({ userid }) => userid === staff)
    },
    async took(staff, number) {
      const $set = { lastTakenAt: clock.now(), lastNumber: number }
      await rows.staff.updateOne({ _id: staff }, { $set }, { upsert: true })
    },
    async gone(staff) {
      await rows.staff.updateOne({ _id: staff }, { $set: { goneAt: clock.now() } }, { upsert: true })
    },
    async back(staff) {
      await rows.staff.updateOne({ _id: staff }, { $unset: { goneAt: '' } })
    },
  }
}

/** A free short number, never the one given last: those in turn from there. Undefined when they hold 99. */
export function freeNumber({ numbers, lastNumber = 0 }: Pick<Member, 'numbers' | 'lastNumber'>): number | undefined {
  for (let ahead = 0; ahead < MOST_NUMBER; ahead++) {
    const number = ((lastNumber + ahead) % MOST_NUMBER) + 1
    if (!numbers.includes(number)) return number
  }
  return undefined
}

/** The smallest free slot; beyond the capacity only when `force` says so. */
export function freeSlot(
  { slots, load, capacity }: Pick<Member, 'slots' | 'load' | 'capacity'>,
  force: boolean,
): number | undefined {
  if (load >= capacity && !force) return undefined
  for (let slot = 1; ; slot++) {
    if (!slots.includes(slot)) return slot <= capacity || force ? slot : undefined
  }
}

/** Who could ever serve a skill, on duty or not: those who have it, or everybody. */
export function memberFits<M extends Pick<Member, 'skills'>>(
  all: readonly M[],
  skill: string | undefined,
): readonly M[] {
  const skilled = skill === undefined ? all : all.filter(({ skills }) => skills.includes(skill))
  return skilled.length > 0 ? skilled : all
}
