import { fail, unsupported } from '../errors.js'

/**
 * Carries a PCRE pattern (as MongoDB compiles it: UTF-8, no Unicode classes, newline is LF) over to a JavaScript
 * pattern for the `u` flag. Constructs without an equivalent are refused, none is silently read as something else.
 */
export function translate(pattern: string, options: string): { source: string; flags: string } {
  const lead = /^(?:\(\?[imsx]+\))+/.exec(pattern)?.[0] ?? ''
  const letters = options + lead.replace(/[^imsx]/g, '')
  const mode = { multi: letters.includes('m'), dotAll: letters.includes('s'), extended: letters.includes('x') }
  const source = new Translator(pattern.slice(lead.length), mode).run()
  return { source, flags: letters.includes('i') ? 'iu' : 'u' }
}

type Mode = { multi: boolean; dotAll: boolean; extended: boolean }

const CLASSES: Readonly<Record<string, string>> = {
  s: '\\t-\\r ',
  S: '\\0-\\x08\\x0e-\\x1f!-\\u{10ffff}',
  d: '\\d',
  D: '\\D',
  w: '\\w',
  W: '\\W',
  h: '\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: '\\n-\\r\\x85\\u2028\\u2029',
}

const POSIX: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t-\\r ',
  blank: '\\t ',
  punct: '!-\\/:-@\\[-`\\{-~',
  xdigit: '0-9a-fA-F',
  word: '\\w',
  cntrl: '\\0-\\x1f\\x7f',
  print: ' -~',
  graph: '!-~',
}

const CHARS: Readonly<Record<string, string>> = { a: '\\x07', e: '\\x1b', f: '\\f', n: '\\n', r: '\\r', t: '\\t' }

class Translator {
  private i = 0
  private out = ''
  private readonly p: string
  private readonly mode: Mode

  constructor(pattern: string, mode: Mode) {
    this.p = pattern
    this.mode = mode
  }

  run(): string {
    while (this.i < this.p.length) this.out += this.next()
    return this.out
  }

  private take(re: RegExp): RegExpExecArray | null {
    re.lastIndex = this.i
    const m = re.exec(this.p)
    if (m) this.i += m[0].length
    return m
  }

  private next(): string {
    if (this.mode.extended && this.take(/\s+|#[^\n]*/y)) return ''
    const quoted = this.take(/\\Q([\s\S]*?)(?:\\E|$)/y)
    if (quoted) return [...(quoted[1] ?? '')].map(literal).join('')
    const quantifier = this.take(/(?:[*+?]|\{\d+(?:,\d*)?\})([+?]?)/y)
    if (quantifier) {
      if (quantifier[1] === '+') throw unsupported(`the possessive quantifier ${quantifier[0]} in a regex`)
      return quantifier[0]
    }
    const c = String.fromCodePoint(this.p.codePointAt(this.i) ?? 0)
    this.i += c.length
    switch (c) {
      case '\\':
        return this.escape()
      case '[':
        return this.set()
      case '(':
        return this.group()
      case '.':
        return this.mode.dotAll ? '[\\s\\S]' : '[^\\n]'
      case '^':
        return this.mode.multi ? '(?:(?<![\\s\\S])|(?<=\\n)(?=[\\s\\S]))' : '^'
      case '$':
        return this.mode.multi ? '(?![^\\n])' : '(?=\\n?$)'
      case ')':
      case '|':
        return c
      default:
        return literal(c)
    }
  }

  private group(): string {
    if (this.take(/\?#[^)]*\)/y)) return ''
    const named = this.take(/\?P?<([A-Za-z_]\w*)>/y) ?? this.take(/\?'([A-Za-z_]\w*)'/y)
    if (named) return `(?<${named[1]}>`
    const back = this.take(/\?P=(\w+)\)/y)
    if (back) return `\\k<${back[1]}>`
    const plain = this.take(/\?(?::|=|!|<=|<!)/y)
    if (plain) return `(${plain[0]}`
    if (this.p[this.i] === '?' || this.p[this.i] === '*') throw unsupported('this kind of group in a regex')
    return '('
  }

  private escape(): string {
    const digits = this.take(/[1-9]\d*/y)
    if (digits) return digits[0].length === 1 ? `\\${digits[0]}(?:)` : this.refuse(digits[0])
    const named = this.take(/k(?:<(\w+)>|\{(\w+)\}|'(\w+)')/y)
    if (named) return `\\k<${named[1] ?? named[2] ?? named[3]}>`
    const c = this.p[this.i] ?? fail(51091, 'Regular expression is invalid: \\ at end of pattern')
    switch (c) {
      case 'b':
      case 'B':
        this.i++
        return `\\${c}`
      case 'A':
        this.i++
        return '(?<![\\s\\S])'
      case 'z':
        this.i++
        return '(?![\\s\\S])'
      case 'Z':
        this.i++
        return '(?=\\n?(?![\\s\\S]))'
      case 'N':
        this.i++
        return '[^\\n]'
      case 'R':
        this.i++
        return '(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])'
      case 'H':
      case 'V':
        this.i++
        return `[^${CLASSES[c.toLowerCase()]}]`
      case 'E':
        this.i++
        return ''
      default: {
        const one = this.character()
        return one.isClass ? `[${one.text}]` : one.text
      }
    }
  }

  /** An escape that stands for a character or a class, inside or outside brackets; the backslash is already read. */
  private character(): { text: string; isClass: boolean } {
    const hex = this.take(/x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{0,2}))/y)
    if (hex) return { text: `\\u{${hex[1] || hex[2] || '0'}}`, isClass: false }
    const octal = this.take(/0[0-7]{0,2}/y)
    if (octal) return { text: `\\u{${Number.parseInt(octal[0], 8).toString(16)}}`, isClass: false }
    const control = this.take(/c[A-Za-z]/y)
    if (control) return { text: `\\${control[0]}`, isClass: false }
    const property = this.take(/([pP])(?:\{(\w+)\}|([A-Z]))/y)
    if (property) {
      const name = property[2] ?? property[3] ?? ''
      return { text: `\\${property[1]}{${name.length > 2 ? `Script=${name}` : name}}`, isClass: true }
    }
    const c = String.fromCodePoint(this.p.codePointAt(this.i) ?? 0)
    this.i += c.length
    const group = CLASSES[c]
    if (group !== undefined) return { text: group, isClass: true }
    const char = CHARS[c]
    if (char !== undefined) return { text: char, isClass: false }
    if (/[A-Za-z0-9]/.test(c)) return this.refuse(c)
    return { text: literal(c), isClass: false }
  }

  private refuse(c: string): never {
    throw unsupported(`the escape \\${c} in a regex`)
  }

  private set(): string {
    let body = this.take(/\^/y) ? '[^' : '['
    let first = true
    let afterClass = false
    for (;;) {
      if (this.i >= this.p.length)
        fail(51091, 'Regular expression is invalid: missing terminating ] for character class')
      const posix = this.take(/\[:(\^?)(\w+):\]/y)
      if (posix) {
        const members = POSIX[posix[2] ?? '']
        if (members === undefined || posix[1]) throw unsupported(`the class ${posix[0]} in a regex`)
        body += members
        afterClass = true
        first = false
        continue
      }
      const c = String.fromCodePoint(this.p.codePointAt(this.i) ?? 0)
      this.i += c.length
      if (c === ']' && !first) return `${body}]`
      first = false
      if (c === '\\') {
        if (this.take(/b/y)) body += '\\x08'
        else if (this.take(/-/y)) body += '\\-'
        else {
          const one = this.character()
          if (one.isClass && /[^\\]-$/.test(body) && !body.endsWith('[-')) body = `${body.slice(0, -1)}\\-`
          body += one.text
          afterClass = one.isClass
          continue
        }
      } else if (c === '-') body += afterClass ? '\\-' : '-'
      else body += /[\\\][^]/.test(c) ? `\\${c}` : c
      afterClass = false
    }
  }
}

function literal(c: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c
}
