import { BSONRegExp } from 'bson'
import { fail } from '../errors.js'
import { regexParts } from '../values.js'
import { translate } from './pcre.js'

/** A BSON regex in either decoding. */
export function isRegex(v: unknown): v is RegExp | BSONRegExp {
  return v instanceof RegExp || v instanceof BSONRegExp
}

/**
 * A JavaScript regex that finds what MongoDB's PCRE would: `v` is a BSON regex or a pattern, `options` the letters
 * of `$options`. Refuses unknown options (51108), both kinds of options at once (51074) and patterns it cannot
 * carry over (51091 or 115).
 */
export function toRegex(v: unknown, options?: unknown): RegExp {
  const own = regexParts(v)
  if (!own && typeof v !== 'string') fail(2, '$regex has to be a string')
  if (options !== undefined && typeof options !== 'string') fail(2, '$options has to be a string')
  if (own && own.options !== '' && options !== undefined && options !== '') {
    fail(51074, 'options set in both $regex and $options')
  }
  const letters = options === undefined || options === '' ? (own?.options ?? '') : options
  const wrong = /[^imsxu]/.exec(letters)
  if (wrong) fail(51108, `invalid flag in regex options: ${wrong[0]}`)
  return compiled(own ? own.pattern : String(v), letters)
}

const recent = new Map<string, RegExp>()

function compiled(pattern: string, letters: string): RegExp {
  const key = `${letters}/${pattern}`
  const known = recent.get(key)
  if (known) return known
  const { source, flags } = translate(pattern, letters)
  let re: RegExp
  try {
    re = new RegExp(source, flags)
  } catch {
    return fail(51091, `Regular expression is invalid: ${pattern}`)
  }
  if (recent.size >= 200) recent.clear()
  recent.set(key, re)
  return re
}
