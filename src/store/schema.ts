import type { Connection, mongo } from 'mongoose'
import { Schema as MongooseSchema } from 'mongoose'

/** What an index may be. */
export interface IndexOptions {
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

/**
 * What is to be known of a collection; mongoose's schema is made of it when a model is asked for. Rows are typed by an
 * interface beside it, which spares the type check mongoose's inference, and the product reads and writes them through the
 * native driver.
 */
export class Schema {
  /** `Mixed` stands for what has no fixed form. */
  static readonly Types: { readonly Mixed: object } = MongooseSchema.Types
  readonly collection: string
  readonly indexes: mongo.IndexDescription[] = []
  readonly #fields: object
  readonly #options: SchemaOptions

  constructor(fields: object, options: SchemaOptions) {
    this.#fields = fields
    this.#options = options
    this.collection = options.collection
  }

  /** Asks for an index; `ensureIndexes` makes it. */
  index(key: Readonly<Record<string, 1 | -1 | 'text' | 'hashed'>>, options: IndexOptions & { name: string }): void {
    this.indexes.push({ ...options, key })
  }

  /** As mongoose has it. */
  compile(): MongooseSchema {
    const schema = new MongooseSchema(this.#fields as never, this.#options as never) as unknown as MongooseSchema
    for (const { key, ...options } of this.indexes) schema.index(key as never, options as never)
    return schema
  }
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

const declared = new WeakMap<Connection, Map<string, Schema>>()

/**
 * Declares a collection on a connection, so that `ensureIndexes` makes its indexes. Once; again changes nothing. The model
 * is compiled when somebody asks the connection for it: the product itself reads and writes through the native driver, and
 * sixty models would take a tenth of a start.
 */
export function defineModel(connection: Connection, name: string, schema: Schema): void {
  const known = declared.get(connection) ?? new Map<string, Schema>()
  declared.set(connection, known)
  if (known.has(name)) return
  known.set(name, schema)
  const { models } = connection as unknown as Models
  Object.defineProperty(models, name, {
    configurable: true,
    get() {
      delete models[name]
      return (connection as unknown as Models).model(name, schema.compile())
    },
  })
}

/** Whether a collection was declared under this name. */
export const isDefined = (connection: Connection, name: string): boolean => declared.get(connection)?.has(name) ?? false

/** What was declared on a connection, and the models that were made on it by hand. */
export function declaredOn(connection: Connection): Declared[] {
  const own = declared.get(connection) ?? new Map<string, Schema>()
  const others = Object.values(connection.models).filter(({ modelName }) => !own.has(modelName))
  return [
    ...[...own.values()].map(({ collection, indexes }) => ({ collection, indexes })),
    ...others.map(({ collection, schema }) => ({
      collection: collection.name,
      indexes: schema
        .indexes()
        .map(([key, { background: _, ...spec }]) => ({ ...spec, key }) as mongo.IndexDescription),
    })),
  ]
}
