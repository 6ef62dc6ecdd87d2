import { type Connection, Schema as MongooseSchema } from 'mongoose'

/**
 * mongoose's schema without its type inference, which costs the type check a second for every collection: rows are
 * typed by an interface beside the schema, and the product reads and writes them through the native driver.
 */
export interface Schema {
  index(fields: Readonly<Record<string, 1 | -1 | 'text' | 'hashed'>>, options?: IndexOptions): unknown
}

/** What an index may be. */
export interface IndexOptions {
  name?: string
  unique?: boolean
  sparse?: boolean
  /** The index ends a document this long after the date in its field. */
  expireAfterSeconds?: number
  partialFilterExpression?: Readonly<Record<string, unknown>>
}

/** How a collection is declared; nothing is made before `ensureIndexes`. */
export interface SchemaOptions {
  collection: string
  versionKey?: false
  autoIndex?: false
  autoCreate?: false
  /** False keeps empty objects as they are. */
  minimize?: boolean
  /** False keeps fields that the schema does not name. */
  strict?: false
  _id?: boolean
}

/** Makes a schema; `Schema.Types.Mixed` stands for what has no fixed form. */
export const Schema = MongooseSchema as unknown as {
  new (fields: object, options: SchemaOptions): Schema
  readonly Types: { readonly Mixed: object }
}

/** Declares a collection on a connection, so that `ensureIndexes` makes its indexes. Once; again changes nothing. */
export function defineModel(connection: Connection, name: string, schema: Schema): void {
  const models = connection as unknown as { models: Record<string, unknown>; model(name: string, s: Schema): unknown }
  if (models.models[name] === undefined) models.model(name, schema)
}
