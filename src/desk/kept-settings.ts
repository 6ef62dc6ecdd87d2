import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { ContentProblem } from '../library/problem.js'
import { type Connection, database } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import { type DeskDefinition, deskSchema, settingsOf } from './definition.js'
import { DESK_FILE, type DeskFile, problemsOf } from './files.js'
import type { DeskSettings } from './settings.js'

/** Where the settings of the desk come from, and what they are. */
export interface SettingsView {
  /** `file`: content/desk.yaml, read-only here; `store`: set at the console or by API; `none`: never set. */
  origin: 'file' | 'store' | 'none'
  /** Whether there is a desk now. */
  on: boolean
  file?: string
  /** What is wrong with the file; its last good version stays in force. */
  problems: ContentProblem[]
  definition?: DeskDefinition
  /** Of the settings in the store, 0 before the first; name it to change them. */
  revision: number
  updatedAt?: Date
  updatedBy?: string
}

/** What putting settings led to. */
export type PutSettings =
  | { outcome: 'stored'; view: SettingsView }
  | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
  /** There is a file, and it wins. */
  | { outcome: 'read-only' }
  /** Somebody else was quicker. */
  | { outcome: 'stale'; view: SettingsView }

/** The settings of the desk: those of the file, else those kept in the store. */
export interface KeptSettings {
  /** What applies now; every process asks the store again within two seconds. */
  settings(): Promise<DeskSettings | undefined>
  /** Whether there is a desk, as last read; what is older than some seconds is read anew, but not waited for. */
  isOpen(): boolean
  view(): Promise<SettingsView>
  /** Puts the settings that replace those of `revision`; `enabled: false` keeps them and closes the desk. */
  put(given: { revision: number; enabled: boolean; definition: unknown; by: string }): Promise<PutSettings>
}

interface Row {
  _id: 'desk'
  /** As JSON, so that nothing of it is ever read as an operator. */
  definition: string
  enabled: boolean
  revision: number
  updatedAt: Date
  updatedBy: string
}

const COLLECTION = 'deskSettings'
const FRESH_MS = 2000

/** The settings of a store beside those of the file; make it before `ensureIndexes`. */
export function keptSettings(ports: {
  connection: Connection
  clock: Clock
  log: Logger
  timeZone: string
  files: { settings(): Promise<DeskSettings | undefined>; file(): Promise<DeskFile> }
}): KeptSettings {
  const { connection, clock, log, timeZone, files } = ports
  if (!isDefined(connection, 'DeskSettings')) {
    const fields = { _id: { type: String, required: true } }
    const options = { collection: COLLECTION, versionKey: false, autoIndex: false, autoCreate: false } as const
    defineModel(connection, 'DeskSettings', new Schema(fields, { ...options, strict: false }))
  }
  const rows = () => database(connection).collection<Row>(COLLECTION)
  let now: DeskSettings | undefined
  let read: { revision: number; settings: DeskSettings | undefined } | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<DeskSettings | undefined> | undefined

  const find = async () => (await rows().findOne({ _id: 'desk' })) ?? undefined

  /** What a row means; parsed once a revision. */
  function meaning(row: Row | undefined): DeskSettings | undefined {
    if (!row) return undefined
    if (read?.revision === row.revision) return read.settings
    const parsed = row.enabled ? deskSchema.safeParse(JSON.parse(row.definition)) : undefined
    if (parsed && !parsed.success)
      log.error({ problems: problemsOf(JSON.parse(row.definition)) }, 'kept settings of the desk cannot be used')
    read = { revision: row.revision, settings: parsed?.success ? settingsOf(parsed.data, timeZone) : undefined }
    return read.settings
  }

  async function current(): Promise<DeskSettings | undefined> {
    const [own, { there }] = await Promise.all([files.settings(), files.file()])
    now = there ? own : meaning(await find())
    return now
  }

  function settings(): Promise<DeskSettings | undefined> {
    if (reading && performance.now() - readAt < FRESH_MS) return reading
    readAt = performance.now()
    const before = now
    const own = current().catch((error: unknown) => {
      if (before === undefined) throw error
      log.warn({ reason: messageOf(error) }, 'settings of the desk could not be read, the last ones stay')
      return before
    })
    reading = own
    own.catch(() => {
      if (reading === own) reading = undefined
    })
    return own
  }

  async function view(): Promise<SettingsView> {
    const [file, row] = await Promise.all([files.file(), find()])
    const kept = {
      revision: row?.revision ?? 0,
      ...(row && { updatedAt: row.updatedAt, updatedBy: row.updatedBy }),
    }
    if (file.there) {
      const { definition, problems } = file
      const on = definition !== undefined
      return { ...kept, origin: 'file', on, file: `content/${DESK_FILE}`, problems, ...(definition && { definition }) }
    }
    if (!row) return { ...kept, origin: 'none', on: false, problems: [] }
    const definition = JSON.parse(row.definition) as DeskDefinition
    return { ...kept, origin: 'store', on: meaning(row) !== undefined, problems: [], definition }
  }

  return {
    settings,
    isOpen() {
      settings().catch(() => undefined)
      return now !== undefined
    },
    view,
    async put({ revision, enabled, definition, by }) {
      if ((await files.file()).there) return { outcome: 'read-only' }
      const parsed = deskSchema.safeParse(definition)
      if (!parsed.success) return { outcome: 'invalid', problems: problemsOf(definition) }
      const change = { definition: JSON.stringify(parsed.data), enabled, updatedAt: clock.now(), updatedBy: by }
      const stored = await rows()
        .findOneAndUpdate(
          { _id: 'desk', revision },
          { $set: change, $inc: { revision: 1 } },
          { upsert: revision === 0, returnDocument: 'after' },
        )
        .catch((error: unknown) => {
          if (isDuplicate(error)) return null
          throw error
        })
      if (!stored) return { outcome: 'stale', view: await view() }
      reading = undefined
      await settings()
      return { outcome: 'stored', view: await view() }
    },
  }
}
