import { type Fields, type FieldValue, FORBIDDEN_NAMES, noFields } from './fields.js'

/** What a push may nest: WeChat's own 6 levels unless the platform needs more. */
const STANDARD_DEPTH = 6
const MAX_VALUES = 500
const SPACE = /[ \t\r\n]*/y
const PLAIN_STRING = /"([ !#-[\]-\uffff]*)"/y
const STRING = /"(?:[ !#-[\]-\uffff]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const UNPAIRED = /\p{Surrogate}/u

/**
 * Reads a push in JSON form: one object, at most 6 deep and 500 values. Every number keeps its digits as text, `true`
 * and `false` become text and `null` empty text, so that fields read the same whichever form they came in. Names are
 * trimmed (WeChat's own samples have ` OpenID`). Refuses names that come twice and names of object prototypes.
 * @returns the fields, or the reason of the refusal.
 */
export function parseJson(source: string, maxDepth = STANDARD_DEPTH): Fields | string {
  return new Reader(source, maxDepth).document()
}

class Reader {
  readonly #source: string
  readonly #maxDepth: number
  #at = 0
  #values = 0
  #problem = ''

  constructor(source: string, maxDepth: number) {
    this.#source = source
    this.#maxDepth = maxDepth
  }

  document(): Fields | string {
    this.#skipSpace()
    if (this.#source[this.#at] !== '{') return 'not a JSON object'
    const root = this.#object(1)
    if (root === undefined) return this.#problem
    this.#skipSpace()
    return this.#at === this.#source.length ? root : 'something follows the end of the JSON'
  }

  #value(depth: number): FieldValue | undefined {
    if (++this.#values > MAX_VALUES) return this.#refuse(`more than ${MAX_VALUES} values`)
    this.#skipSpace()
    const first = this.#source[this.#at]
    if (first === '"') return this.#string()
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    const number = this.#take(NUMBER)
    if (number !== undefined) return number
    const word = this.#take(WORD)
    return word === undefined ? this.#refuse('not JSON') : word === 'null' ? '' : word
  }

  #object(depth: number): Fields | undefined {
    if (depth > this.#maxDepth) return this.#refuse(`deeper than ${this.#maxDepth}`)
    const fields = noFields()
    this.#at++
    if (this.#mark('}')) return fields
    do {
      this.#skipSpace()
      const name = this.#string()?.trim()
      if (name === undefined) return undefined
      if (name === '' || FORBIDDEN_NAMES.has(name)) return this.#refuse('a name that is not a field')
      if (fields[name] !== undefined) return this.#refuse('a field comes twice')
      if (!this.#mark(':')) return this.#refuse('not JSON')
      const value = this.#value(depth + 1)
      if (value === undefined) return undefined
      fields[name] = value
    } while (this.#mark(','))
    return this.#mark('}') ? fields : this.#refuse('an object is cut off')
  }

  #array(depth: number): FieldValue[] | undefined {
    if (depth > this.#maxDepth) return this.#refuse(`deeper than ${this.#maxDepth}`)
    const items: FieldValue[] = []
    this.#at++
    if (this.#mark(']')) return items
    do {
      const item = this.#value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
    } while (this.#mark(','))
    return this.#mark(']') ? items : this.#refuse('a list is cut off')
  }

  #string(): string | undefined {
    const plain = this.#take(PLAIN_STRING)
    if (plain !== undefined) return plain.slice(1, -1)
    const escaped = this.#take(STRING)
    if (escaped === undefined) return this.#refuse('a string is broken or cut off')
    const text = String(JSON.parse(escaped))
    return UNPAIRED.test(text) ? this.#refuse('half a character') : text
  }

  /** Steps over a punctuation mark and the space before it. */
  #mark(mark: string): boolean {
    this.#skipSpace()
    if (this.#source[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at
    this.#at += SPACE.exec(this.#source)?.[0].length ?? 0
  }

  #refuse(reason: string): undefined {
    this.#problem = reason
    return undefined
  }
}
