import type { Connection, mongo } from 'mongoose'
import { Schema as MongooseSchema } from 'mongoose'

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

/** A collection with the indexes it is to have. */
export interface Declared {
  collection: string
  indexes: mongo.IndexDescription[]
}

interface Models {
  model(name: string, schema: MongooseSchema): unknown
  models: Record<string, unknown>
}

const declared = new WeakMap<Connection, Map<string, MongooseSchema>>()

/**
 * Declares a collection on a connection, so that `ensureIndexes` makes its indexes. Once; again changes nothing. The model
 * is compiled when somebody asks the connection for it: the product itself reads and writes through the native driver, and
 * sixty models would take a tenth of a start.
 */
export function defineModel(connection: Connection, name: string, schema: Schema): void {
  const known = declared.get(connection) ?? new Map<string, MongooseSchema>()
  declared.set(connection, known)
  if (known.has(name)) return
  const own = schema as unknown as MongooseSchema
  known.set(name, own)
  const { models } = connection as unknown as Models
  Object.defineProperty(models, name, {
    configurable: true,
    get() {
      delete models[name]
      return (connection as unknown as Models).model(name, own)
    },
  })
}

/** Whether a collection was declared under this name. */
export const isDefined = (connection: Connection, name: string): boolean => declared.get(connection)?.has(name) ?? false

/** What was declared on a connection, and the models that were made on it by hand. */
export function declaredOn(connection: Connection): Declared[] {
  const compiled = Object.values(connection.models).map(({ schema }) => schema as unknown as MongooseSchema)
  return [...new Set([...(declared.get(connection)?.values() ?? []), ...compiled])].map((schema) => ({
    collection: String(schema.get('collection')),
    indexes: schema.indexes().map(([key, { background: _, ...spec }]) => ({ ...spec, key }) as mongo.IndexDescription),
  }))
}
