import { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import type { Connection } from '../../store/connect.js'
import { quarantineRows, typeRows } from '../model.js'
import { coreTypes, definedType, type TypeDefinition } from './define.js'
import type { EventType } from './type.js'

/** A type as it is listed. */
export interface ListedType {
  type: string
  title: string
  person: 'required' | 'optional'
  keepDays: number
  personal: readonly string[]
  /** False: it was defined here. */
  core: boolean
  /** The props as JSON Schema. */
  props: Record<string, unknown>
}

/** Which events are known. */
export interface EventTypes {
  /** The type of that name; `mp.page_view` means `mp.page-view`. */
  find(name: string): Promise<EventType | undefined>
  list(): Promise<ListedType[]>
  /** Defines a type, or anew; facts that are stored stay as they are, waiting events may be released again. */
  define(definition: TypeDefinition, by: string): Promise<void>
}

/** Types defined in other processes are seen after this. */
const REMEMBER_MS = 5000

/** The registry: the product's own types, and those defined in the store. */
export function createEventTypes(ports: { connection: Connection; clock: Clock }): EventTypes {
  const { connection, clock } = ports
  const core = new Map(coreTypes.map((one) => [one.type, one]))
  let defined = new Map<string, EventType>()
  let freshUntil = 0
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const rows = await typeRows(connection).find({}).toArray()
    defined = new Map(rows.map(({ _id, by: _by, at: _at, ...rest }) => [_id, definedType({ type: _id, ...rest })]))
    freshUntil = performance.now() + REMEMBER_MS
  }

  function refresh(): Promise<void> {
    if (performance.now() < freshUntil) return Promise.resolve()
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  return {
    async find(name) {
      const type = name.replaceAll('_', '-')
      const own = core.get(type)
      if (own) return own
      await refresh()
      return defined.get(type)
    },
    async list() {
      await refresh()
      const all = [...core.values(), ...defined.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1))
      return all.map(({ props, ...rest }) => {
        const { $schema: _, ...schema } = z.toJSONSchema(props, { io: 'input', unrepresentable: 'any' })
        return { ...rest, core: core.has(rest.type), props: schema }
      })
    },
    async define({ type, ...rest }, by) {
      const row = { ...rest, by, at: clock.now() }
      await typeRows(connection).replaceOne({ _id: type }, row, { upsert: true })
      await quarantineRows(connection).updateMany({ type }, { $unset: { problem: '' } })
      freshUntil = 0
    },
  }
}
