// One index of a collection: its specification and the entries a document has in it.
import { decodeExact, decodeFields } from '../bson/decode.js'
import type { FieldTable } from '../bson/field-table.js'
import { TYPE } from '../bson/raw.js'
import { encodeKey } from '../keys.js'
import { compileFilter, type Predicate } from '../match/index.js'
import { type Doc, get, isPlain, num } from '../values.js'
import { anyExists, extract } from './extract.js'
import { addNull, addRecord, addValue, begin, cut, taken, text, wrap } from './key-writer.js'
import { prefix, recordBytes, SPACE } from './layout.js'
import { RecentKeys } from './recent-keys.js'

/** An index entry without its record id, and the values it stands for (used in duplicate key errors). */
export interface Entry {
  key: Buffer
  values: unknown[] | undefined
}

/** What the catalog keeps of an index. */
export interface IndexMeta {
  id: number
  spec: Doc
  multikey: boolean
  /** Some key is not all of its values: it was cut, or stands for a symbol. */
  long: boolean
}

interface Field {
  path: string
  parts: string[]
  root: string
}

/**
 * An index: immutable but for `spec` options changed by collMod, the `multikey` and `long` flags, and what is recent.
 */
export class Index {
  readonly id: number
  readonly name: string
  readonly unique: boolean
  readonly sparse: boolean
  readonly fields: readonly Field[]
  readonly directions: readonly (1 | -1)[]
  readonly prefix: Buffer
  readonly partial: Predicate | undefined
  /** Top-level fields that decide the entries, partial filter included. */
  readonly roots: readonly string[]
  spec: Doc
  multikey: boolean
  long: boolean
  /** Entries that are not in LMDB yet: those of the documents stored last. Empty for unique indexes. */
  recent = new RecentKeys()
  private readonly partialRoots: readonly string[]
  /** All fields are top-level ones. */
  readonly flat: boolean

  constructor(meta: IndexMeta) {
    const { spec } = meta
    const key = get(spec, 'key')
    const pattern = isPlain(key) ? key : {}
    this.id = meta.id
    this.spec = spec
    this.multikey = meta.multikey
    this.long = meta.long
    this.name = String(get(spec, 'name'))
    this.unique = get(spec, 'unique') === true || this.name === '_id_'
    this.sparse = get(spec, 'sparse') === true
    this.fields = Object.keys(pattern).map((path) => {
      const parts = path.split('.')
      return { path, parts, root: parts[0] ?? path }
    })
    this.directions = Object.values(pattern).map((d) => (typeof d !== 'string' && Number(num(d)) < 0 ? -1 : 1))
    this.prefix = prefix(SPACE.entries, this.id)
    const filter = get(spec, 'partialFilterExpression')
    this.partial = isPlain(filter) ? compileFilter(filter) : undefined
    this.partialRoots = isPlain(filter) ? [...rootsOf(filter)] : []
    this.roots = [...new Set([...this.fields.map((f) => f.root), ...this.partialRoots])]
    this.flat = this.fields.every((f) => f.parts.length === 1)
  }

  /** Whether the index is left out of planning. */
  get hidden(): boolean {
    return get(this.spec, 'hidden') === true
  }

  /** Seconds a document lives after the date in the indexed field; undefined when this is no TTL index. */
  get ttlSeconds(): number | undefined {
    const seconds = get(this.spec, 'expireAfterSeconds')
    return seconds === undefined ? undefined : Number(num(seconds))
  }

  /** Entries of the document whose fields `table` has located. Throws 171 for parallel arrays. */
  entries(raw: Buffer, table: FieldTable): Entry[] {
    if (this.partial !== undefined && !this.partial(decodeFields(raw, this.partialRoots))) return []
    const plain = this.flat ? this.writeKey(raw, table) : undefined
    if (plain === false) return []
    if (plain) return [{ key: taken(), values: undefined }]
    return this.general(decodeFields(raw, this.roots))
  }

  /** The same entries as whole keys with their record id, as `recent` keeps them. Throws 171. */
  recentKeys(raw: Buffer, table: FieldTable, record: number): string[] {
    if (this.partial === undefined && this.flat) {
      const plain = this.writeKey(raw, table)
      if (plain === false) return NONE
      if (plain) {
        addRecord(record)
        return [text()]
      }
    }
    const tail = recordBytes(record).toString('latin1')
    return this.entries(raw, table).map(({ key }) => key.toString('latin1') + tail)
  }

  /** The values an entry stands for, for error texts. */
  valuesOf(raw: Buffer): unknown[] {
    const { tuples } = extract(
      decodeExact(raw),
      this.fields.map((f) => f.parts),
    )
    return tuples[0] ?? []
  }

  // true: the key is written; false: not indexed; undefined: not plain
  private writeKey(raw: Buffer, table: FieldTable): boolean | undefined {
    begin(this.id)
    let present = !this.sparse
    for (let i = 0; i < this.fields.length; i++) {
      const at = table.names.indexOf(this.fields[i]?.root ?? '')
      const type = table.types[at] ?? 0
      const direction = this.directions[i] ?? 1
      if (type === 0) addNull(direction)
      else {
        present ||= type !== TYPE.undefined
        // its key is that of a string
        if (type === TYPE.symbol) this.long = true
        if (!addValue(raw, type, table.at[at] ?? 0, direction)) return undefined
      }
    }
    if (!present) return false
    if (cut()) this.long = true
    return true
  }

  private general(doc: Doc): Entry[] {
    const paths = this.fields.map((f) => f.parts)
    if (this.sparse && !anyExists(doc, paths)) return []
    const { tuples, multikey } = extract(doc, paths)
    if (multikey) this.multikey = true
    const seen = new Map<string, Entry>()
    for (const values of tuples) {
      const { key, long } = wrap(this.prefix, encodeKey(values, [...this.directions]))
      if (long) this.long = true
      seen.set(key.toString('latin1'), { key, values })
    }
    return [...seen.values()]
  }
}

const NONE: string[] = []

/** Top-level fields a filter reads; only for filters without `$expr`, as partial filters are. */
export function rootsOf(filter: Doc, out = new Set<string>()): Set<string> {
  for (const key of Object.keys(filter)) {
    const value = get(filter, key)
    if (key.startsWith('$')) {
      if (Array.isArray(value)) for (const branch of value) if (isPlain(branch)) rootsOf(branch, out)
    } else out.add(key.split('.')[0] ?? key)
  }
  return out
}
