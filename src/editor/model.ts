import { type Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, Schema } from '../store/schema.js'

/** An item as it stands: which of its versions people edit, and which one is served. One row each, never removed. */
export interface ItemRow {
  /** `<kind>:<slug>`. */
  _id: string
  kind: string
  slug: string
  /** The newest version's number; one more with every change. */
  rev: number
  state: 'draft' | 'live' | 'deleted'
  /** The version that is served; without it nothing is. */
  liveRev?: number
  title: string
  /** What lists are searched by, in small letters. */
  search: string
  /** What the newest version names: `card/gift`, `media/cover.jpg`. */
  names: string[]
  /** Errors of the newest version when it was written. */
  problems: number
  createdAt: Date
  updatedAt: Date
  updatedBy: string
}

/** What was done. */
export type Act = 'saved' | 'published' | 'withdrawn' | 'rolled-back' | 'deleted'

/** One version of an item; written before the item's row, which can be made from it. Never changed. */
export interface VersionRow {
  /** `<kind>:<slug>:<rev>`: two editors cannot both write one. */
  _id: string
  item: string
  rev: number
  act: Act
  /** The fields as JSON text, so that nothing of them is ever read as an operator. */
  content: string
  /** The item as it stands after this version, but for its id. */
  after: Omit<ItemRow, '_id'>
  /** The version whose content came back. */
  of?: number
  at: Date
  by: string
}

/** A picture that was put at the console. */
export interface PictureRow {
  /** Its name, as articles and cards write it. */
  _id: string
  hash: string
  type: string
  bytes: number
  width: number
  height: number
  at: Date
  by: string
}

/** A picture's content, apart from its row so that lists need not read it. */
export interface PictureBytesRow {
  /** SHA-256, hex. */
  _id: string
  data: mongo.Binary
}

/** Counts changes, so that other processes learn of them; one row. */
export interface ChangesRow {
  _id: string
  count: number
}

const TABLES = {
  items: 'contentItems',
  versions: 'contentVersions',
  pictures: 'contentPictures',
  pictureBytes: 'contentPictureBytes',
  changes: 'contentChanges',
} as const

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
const ID = { _id: { type: String, required: true } }

/** The models, for their indexes; call it before `ensureIndexes`. */
export function editorModels(connection: Connection): void {
  const items = new Schema({ ...ID, kind: String, slug: String }, { ...OPTIONS, collection: TABLES.items })
  items.index({ kind: 1, slug: 1 }, { name: 'kind', unique: true })
  defineModel(connection, 'ContentItem', items)
  const versions = new Schema({ ...ID, item: String, rev: Number }, { ...OPTIONS, collection: TABLES.versions })
  versions.index({ item: 1, rev: -1 }, { name: 'item' })
  defineModel(connection, 'ContentVersion', versions)
  const pictures = new Schema({ ...ID, hash: String }, { ...OPTIONS, collection: TABLES.pictures })
  pictures.index({ hash: 1 }, { name: 'hash' })
  defineModel(connection, 'ContentPicture', pictures)
}

/** The collections. */
export const editorRows = (connection: Connection) => {
  const rows = <T extends mongo.Document>(name: string): mongo.Collection<T> => database(connection).collection<T>(name)
  return {
    items: () => rows<ItemRow>(TABLES.items),
    versions: () => rows<VersionRow>(TABLES.versions),
    pictures: () => rows<PictureRow>(TABLES.pictures),
    pictureBytes: () => rows<PictureBytesRow>(TABLES.pictureBytes),
    changes: () => rows<ChangesRow>(TABLES.changes),
  }
}
export type EditorRows = ReturnType<typeof editorRows>

/** Bytes as the store keeps them. */
export const binary = (bytes: Buffer): mongo.Binary => new mongo.Binary(bytes)
