// The 11000 error, worded as MongoDB words it: mongoose plugins parse it.
import { MongoError } from '../errors.js'
import { show } from '../show.js'
import { type Doc, get, set } from '../values.js'
import type { Entry, Index } from './index-def.js'

/** Error for a document whose entry `e` is already taken in the unique index `ix`. */
export function duplicateKey(ns: string, ix: Index, e: Entry, raw: Buffer): MongoError {
  const values = e.values ?? ix.valuesOf(raw)
  const keyValue: Doc = {}
  ix.fields.forEach((f, i) => {
    const v = values[i]
    set(keyValue, f.path, v === undefined || typeof v === 'symbol' ? null : v)
  })
  const shown = Object.keys(keyValue).map((path) => `${path}: ${show(get(keyValue, path))}`)
  const text = `E11000 duplicate key error collection: ${ns} index: ${ix.name} dup key: { ${shown.join(', ')} }`
  return new MongoError(11000, text, { keyPattern: get(ix.spec, 'key'), keyValue })
}
