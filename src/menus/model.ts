import type { Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { KeptMenus } from './restore.js'

/** A menu that is written at the console, beside or in place of the file of its name. */
export interface DraftRow {
  /** `<account>:<slug>`. */
  _id: string
  account: string
  slug: string
  /** As it was sent; as text, so that nothing of it is ever read as an operator. */
  definition: string
  /** One more with every write. */
  rev: number
  updatedAt: Date
  updatedBy: string
}

/** A draft as it was saved once. */
export interface VersionRow {
  /** `<account>:<slug>:<rev>`. */
  _id: string
  account: string
  slug: string
  rev: number
  definition: string
  at: Date
  by: string
}

/** What was put on WeChat, and what had been there. */
export interface PublicationRow {
  /** `<account>:<number>`: two people cannot take the same number. */
  _id: string
  account: string
  number: number
  at: Date
  by: string
  /** `publishing` is on disk before the calls; what stays there ended with its process. */
  state: 'publishing' | 'done' | 'differs' | 'failed'
  /** The menus by name; none when it put back an earlier state. */
  slugs: string[]
  /** It put back what was there before the publication of that number. */
  restores?: number
  changes: number
  /** What was live before, as text (its keys are the platform's). */
  before: string
  /** Why it failed, or how what is live differs from what was pushed. */
  problem?: string
}

const NAMES = { drafts: 'menu_drafts', versions: 'menu_versions', publications: 'menu_publications' } as const

/** The collections as models, for their indexes; call it before `ensureIndexes`. */
export function menuModels(connection: Connection): void {
  const of = (name: string, collection: string, index: Record<string, 1 | -1>) => {
    if (isDefined(connection, name)) return
    const options = { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
    const schema = new Schema({ _id: { type: String, required: true }, account: String }, options)
    schema.index(index, { name: 'account' })
    defineModel(connection, name, schema)
  }
  of('MenuDraft', NAMES.drafts, { account: 1, slug: 1 })
  of('MenuVersion', NAMES.versions, { account: 1, slug: 1, rev: -1 })
  of('MenuPublication', NAMES.publications, { account: 1, number: -1 })
}

/** The collections themselves. */
export function menuRows(connection: Connection) {
  const db = database(connection)
  return {
    drafts: db.collection<DraftRow>(NAMES.drafts) as mongo.Collection<DraftRow>,
    versions: db.collection<VersionRow>(NAMES.versions) as mongo.Collection<VersionRow>,
    publications: db.collection<PublicationRow>(NAMES.publications) as mongo.Collection<PublicationRow>,
  }
}

/** What was live before a publication. */
export const beforeOf = ({ before }: Pick<PublicationRow, 'before'>): KeptMenus => JSON.parse(before) as KeptMenus
