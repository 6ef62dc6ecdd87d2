import { hasIllegalCharacter, legalCharacters } from './characters.js'
import { type Fields, type FieldValue, FORBIDDEN_NAMES, noFields } from './fields.js'

/** What `buildXml` writes: text as CDATA, numbers bare, nested fields, lists as a repeated element. */
export interface XmlInput {
  [name: string]: XmlInputValue
}
export type XmlInputValue = string | number | XmlInput | XmlInputValue[]

const MAX_DEPTH = 6
const MAX_ELEMENTS = 200
const LESS = 60
const GREATER = 62
const SLASH = 47
const BANG = 33
const CDATA = '<![CDATA['
/** What differs between platforms in their XML. */
export interface XmlRules {
  /** The only elements that the platform repeats; any other field that comes twice makes the push refused. */
  repeatable: ReadonlySet<string>
  maxElements: number
}

const OFFICIAL_ACCOUNT: XmlRules = {
  repeatable: new Set(['item', 'List', 'fail_idx', 'Actions', 'detail']),
  maxElements: MAX_ELEMENTS,
}
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

/**
 * Reads the XML of a push: one `<xml>` of elements and text, at most 6 deep and 200 elements. Refuses everything
 * WeChat never sends and attackers do: declarations, DOCTYPE, entities beyond the five of XML, processing
 * instructions, comments, attributes, fields that come twice, mixed content, wrong or missing end tags.
 * @returns the fields, or the reason of the refusal.
 */
export function parseXml(source: string, rules = OFFICIAL_ACCOUNT): Fields | string {
  if (hasIllegalCharacter(source)) return 'a character that XML does not allow'
  return flatFields(source) ?? new Scanner(source, rules).document()
}

/** Writes `<xml>` as the platform reads it: `]]>` is split over two CDATA sections, illegal characters are dropped. */
export function buildXml(fields: XmlInput): string {
  return `<xml>${buildElements(fields)}</xml>`
}

/** The same without `<xml>` around it: for a part of a document. */
export function buildElements(fields: XmlInput): string {
  let inner = ''
  for (const name in fields) inner += element(name, fields[name] ?? '')
  return inner
}

function element(name: string, value: XmlInputValue): string {
  if (typeof value === 'string') return `<${name}>${cdata(value)}</${name}>`
  if (typeof value === 'number') return `<${name}>${value}</${name}>`
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('')
  return `<${name}>${buildElements(value)}</${name}>`
}

function cdata(text: string): string {
  const legal = legalCharacters(text)
  return `${CDATA}${legal.includes(']]>') ? legal.replaceAll(']]>', ']]]]><![CDATA[>') : legal}]]>`
}

/**
 * The names that nearly every push holds, by length and first letter. Taking the constant instead of a piece of the
 * source spares the object of fields from looking every name up in the table of all names of the program.
 */
const COMMON: readonly (readonly string[] | undefined)[] = byShape([
  'xml',
  'ToUserName',
  'FromUserName',
  'CreateTime',
  'MsgType',
  'Content',
  'MsgId',
  'Event',
  'EventKey',
  'Encrypt',
  'Ticket',
  'PicUrl',
  'MediaId',
  'Format',
  'Recognition',
  'AgentID',
])

/**
 * The fields of the plainest form: `<xml>` of elements that hold text or one CDATA section, none twice, no references.
 * That is every message; anything else, right or wrong, is undefined here and left to the scanner.
 */
function flatFields(source: string): Fields | undefined {
  let at = afterSpace(source, 0)
  if (!source.startsWith('<xml>', at)) return undefined
  at += 5
  const fields = noFields()
  for (let count = 0; count < MAX_ELEMENTS - 1; count++) {
    at = afterSpace(source, at)
    if (source.charCodeAt(at + 1) === SLASH) {
      return count > 0 && holds(source, '</xml>', at) && afterSpace(source, at + 6) === source.length
        ? fields
        : undefined
    }
    const start = at + 1
    let end = start
    while (isNameCode(source.charCodeAt(end))) end++
    if (source.charCodeAt(at) !== LESS || source.charCodeAt(end) !== GREATER) return undefined
    const name = nameAt(source, start, end)
    if (name === '' || isDigit(name.charCodeAt(0)) || FORBIDDEN_NAMES.has(name) || name in fields) return undefined
    const quoted = source.charCodeAt(end + 2) === BANG && holds(source, CDATA, end + 1)
    const from = quoted ? end + 1 + CDATA.length : end + 1
    const to = source.indexOf(quoted ? ']]>' : '<', from)
    if (to < 0) return undefined
    const value = source.slice(from, to)
    if (!quoted && (value.includes('&') || value.includes(']]>'))) return undefined
    at = quoted ? to + 3 : to
    if (source.charCodeAt(at) !== LESS || source.charCodeAt(at + 1) !== SLASH) return undefined
    if (!holds(source, name, at + 2) || source.charCodeAt(at + 2 + name.length) !== GREATER) return undefined
    at += name.length + 3
    fields[name] = value
  }
  return undefined
}

class Scanner {
  readonly #source: string
  readonly #rules: XmlRules
  #at = 0
  #elements = 0
  #name = ''
  #problem = ''

  constructor(source: string, rules: XmlRules) {
    this.#source = source
    this.#rules = rules
  }

  document(): Fields | string {
    this.#skipSpace()
    if (this.#source.charCodeAt(this.#at) !== LESS) return 'not XML'
    const root = this.#element(1)
    if (root === undefined) return this.#problem
    if (this.#name !== 'xml' || typeof root === 'string' || Array.isArray(root))
      return 'the root is not <xml> of fields'
    this.#skipSpace()
    return this.#at === this.#source.length ? root : 'something follows the end of the XML'
  }

  /** The element that starts at `#at`; leaves its name in `#name` and `#at` behind it. */
  #element(depth: number): FieldValue | undefined {
    const name = this.#startTag(depth)
    if (name === undefined) return undefined
    if (this.#source.charCodeAt(this.#at - 2) === SLASH) return this.#end(name, '')
    let text = ''
    let quoted = false
    let fields: Fields | undefined
    for (;;) {
      const next = this.#source.indexOf('<', this.#at)
      if (next < 0) return this.#refuse(`<${name}> is cut off`)
      if (next > this.#at) {
        const part = this.#characters(next)
        if (part === undefined) return undefined
        if (fields === undefined) text += part
        else if (!isSpace(part)) return this.#refuse(`<${name}> mixes text and elements`)
      }
      const kind = this.#source.charCodeAt(next + 1)
      if (kind === SLASH) return this.#endTag(name) ? this.#end(name, fields ?? text) : undefined
      if (kind === BANG) {
        const part = this.#cdata()
        if (part === undefined) return undefined
        if (fields !== undefined) return this.#refuse(`<${name}> mixes text and elements`)
        text += part
        quoted = true
        continue
      }
      if (fields === undefined) {
        if (quoted || !isSpace(text)) return this.#refuse(`<${name}> mixes text and elements`)
        fields = noFields()
      }
      const value = this.#element(depth + 1)
      if (value === undefined || !this.#add(fields, value)) return undefined
    }
  }

  #startTag(depth: number): string | undefined {
    const start = this.#at + 1
    let at = start
    while (isNameCode(this.#source.charCodeAt(at))) at++
    const name = nameAt(this.#source, start, at)
    if (name === '' || isDigit(name.charCodeAt(0))) return this.#refuse('a declaration, instruction or broken tag')
    if (this.#source.charCodeAt(at) === SLASH) at++
    if (this.#source.charCodeAt(at) !== GREATER) return this.#refuse(`<${name}> has attributes or is broken`)
    if (depth > MAX_DEPTH) return this.#refuse(`deeper than ${MAX_DEPTH}`)
    if (++this.#elements > this.#rules.maxElements) {
      return this.#refuse(`more than ${this.#rules.maxElements} elements`)
    }
    this.#at = at + 1
    return name
  }

  /** Steps over the end tag, which must be the one of `name`. */
  #endTag(name: string): boolean {
    const end = this.#at + 2 + name.length
    if (!this.#source.startsWith(name, this.#at + 2) || this.#source.charCodeAt(end) !== GREATER) {
      this.#refuse(`<${name}> is closed by another tag`)
      return false
    }
    this.#at = end + 1
    return true
  }

  #characters(end: number): string | undefined {
    const raw = this.#source.slice(this.#at, end)
    this.#at = end
    if (raw.includes(']]>')) return this.#refuse('a stray ]]>')
    if (!raw.includes('&')) return raw
    const known = raw.replace(/&([a-z]+);/g, (whole, name: string) => (ENTITIES.has(name) ? '' : whole))
    if (known.includes('&')) return this.#refuse('an entity that is not one of the five of XML')
    return raw.replace(/&([a-z]+);/g, (_, name: string) => ENTITIES.get(name) ?? '')
  }

  #cdata(): string | undefined {
    if (!this.#source.startsWith(CDATA, this.#at)) return this.#refuse('a DOCTYPE, declaration or comment')
    const start = this.#at + CDATA.length
    const end = this.#source.indexOf(']]>', start)
    if (end < 0) return this.#refuse('a CDATA section is cut off')
    this.#at = end + 3
    return this.#source.slice(start, end)
  }

  #add(fields: Fields, value: FieldValue): boolean {
    const name = this.#name
    const before = fields[name]
    if (FORBIDDEN_NAMES.has(name)) this.#problem = `<${name}> is not a field`
    else if (before === undefined) fields[name] = value
    else if (!this.#rules.repeatable.has(name)) this.#problem = `<${name}> comes twice`
    else if (Array.isArray(before)) before.push(value)
    else fields[name] = [before, value]
    return this.#problem === ''
  }

  #end(name: string, value: FieldValue): FieldValue {
    this.#name = name
    return value
  }

  #skipSpace(): void {
    this.#at = afterSpace(this.#source, this.#at)
  }

  #refuse(reason: string): undefined {
    this.#problem = reason.slice(0, 120)
    return undefined
  }
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function afterSpace(source: string, from: number): number {
  let at = from
  while (isSpaceCode(source.charCodeAt(at))) at++
  return at
}

function isSpaceCode(code: number): boolean {
  return code === 10 || code === 32 || code === 13 || code === 9
}

function byShape(names: readonly string[]): (readonly string[] | undefined)[] {
  const shapes: string[][] = []
  for (const name of names) {
    const shape = shapeOf(name.length, name.charCodeAt(0))
    shapes[shape] = [...(shapes[shape] ?? []), name]
  }
  return Array.from(shapes)
}

function shapeOf(length: number, first: number): number {
  return (length << 5) | (first & 31)
}

function nameAt(source: string, start: number, end: number): string {
  const alike = COMMON[shapeOf(end - start, source.charCodeAt(start))]
  if (alike !== undefined) for (const name of alike) if (holds(source, name, start)) return name
  return source.slice(start, end)
}

/** `startsWith` for short texts, without a call. */
function holds(source: string, part: string, from: number): boolean {
  for (let at = 0; at < part.length; at++) if (source.charCodeAt(from + at) !== part.charCodeAt(at)) return false
  return true
}

function isSpace(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isSpaceCode(text.charCodeAt(at))) return false
  return true
}
