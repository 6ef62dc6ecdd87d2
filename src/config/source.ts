import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isMap, LineCounter, parseDocument } from 'yaml'
import type { Problem } from '../core/errors.js'

/** A parsed configuration value whose shape is not checked yet. */
export type Json = Record<string, unknown>

/** A configuration file as read: its values and where each key stands. */
export interface Source {
  file: string
  value: Json
  lineOf(field: readonly PropertyKey[]): number | undefined
}

/** Reads one YAML file; what is wrong with it is added to `problems`. */
export function readSource(root: string, file: string, problems: Problem[]): Source {
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(path.join(root, file), 'utf8'), { lineCounter: lines })
  for (const error of document.errors) {
    problems.push({
      file,
      line: lines.linePos(error.pos[0]).line,
      field: 'yaml',
      message: error.message.split('\n')[0] ?? 'cannot be read',
      fix: 'mend the YAML at this line',
    })
  }
  const value: unknown = document.errors.length > 0 ? {} : (document.toJS({ maxAliasCount: 20 }) ?? {})
  if (!isObject(value)) {
    problems.push({ file, field: '(whole file)', message: 'is not a mapping', fix: 'write keys, as default.yaml does' })
  }
  return {
    file,
    value: isObject(value) ? value : {},
    lineOf(field) {
      for (let depth = field.length; depth > 0; depth--) {
        const parent = depth === 1 ? document.contents : document.getIn(field.slice(0, depth - 1), true)
        if (!isMap(parent)) continue
        const pair = parent.items.find((item) => String(item.key) === String(field[depth - 1]))
        const range = (pair?.key as { range?: [number, number, number] } | undefined)?.range
        if (range) return lines.linePos(range[0]).line
      }
      return undefined
    },
  }
}

/** Later wins, key by key; `null` removes. */
export function merge(base: Json, over: Json): Json {
  const out: Json = { ...base }
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete out[key]
    else if (isObject(value)) out[key] = merge(isObject(out[key]) ? out[key] : {}, value)
    else out[key] = value
  }
  return out
}

/** Whether a value is a mapping. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
