/** What a handler listens for: a text, a regular expression, or a list of both. */
export type Pattern = string | RegExp | readonly (string | RegExp)[]

/** Finds a pattern in a text. */
export type Matcher = (text: string) => RegExpMatchArray | undefined

/**
 * The form in which plain words are compared: trimmed, full-width letters, digits and signs made half-width, lower
 * case, and without punctuation at the end. `ＴＤ`, ` td ` and `TD。` are all `td`.
 */
export function normalise(text: string): string {
  return halfWidth(text)
    .trim()
    .toLowerCase()
    .replace(/[\s.!?,;:~。、…～]+$/u, '')
}

/** The text with full-width ASCII (`Ａ１，！`) and the ideographic space made half-width, as phones type it or not. */
export function halfWidth(text: string): string {
  if (!/[\u3000\uFF01-\uFF5E]/.test(text)) return text
  return text.replace(/[\u3000\uFF01-\uFF5E]/g, (sign) =>
    sign === '\u3000' ? ' ' : String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  )
}

/**
 * Prepares a pattern for what people type. A string matches when both are equal once normalised. A regular
 * expression is tried on the trimmed text as written, then on its half-width form; `g` and `y` keep no state between
 * texts (a `y` expression must match at the start). Of a list the words are tried before the expressions.
 */
export function typed(pattern: Pattern): Matcher {
  const list = listOf(pattern)
  const words = new Set(list.filter((one) => typeof one === 'string').map(normalise))
  const expressions = list.filter((one) => one instanceof RegExp).map(stateless)
  return (text) => {
    const forms = formsOf(text)
    if (words.has(forms.bare)) return whole(forms.trimmed, text)
    for (const find of expressions) {
      const match = find(forms.trimmed) ?? (forms.narrow === forms.trimmed ? undefined : find(forms.narrow))
      if (match !== undefined) return match
    }
    return undefined
  }
}

/** Prepares a pattern for what programs write (menu keys, scene codes): strings must be equal, nothing is trimmed. */
export function exact(pattern: Pattern): Matcher {
  const list = listOf(pattern)
  const words = new Set(list.filter((one) => typeof one === 'string'))
  const expressions = list.filter((one) => one instanceof RegExp).map(stateless)
  return (text) => {
    if (words.has(text)) return whole(text, text)
    for (const find of expressions) {
      const match = find(text)
      if (match !== undefined) return match
    }
    return undefined
  }
}

/** A pattern as it is named in errors: `退货|/怎么退/`. */
export function describePattern(pattern: Pattern): string {
  return listOf(pattern).map(String).join('|')
}

function listOf(pattern: Pattern): readonly (string | RegExp)[] {
  return typeof pattern === 'string' || pattern instanceof RegExp ? [pattern] : pattern
}

function stateless(value: RegExp): Matcher {
  const own = new RegExp(value.source, value.flags.replace('g', ''))
  return (text) => {
    own.lastIndex = 0
    return own.exec(text) ?? undefined
  }
}

function whole(match: string, input: string): RegExpMatchArray {
  const found: RegExpMatchArray = [match]
  found.index = 0
  found.input = input
  return found
}

interface Forms {
  text: string
  trimmed: string
  /** Trimmed and half-width. */
  narrow: string
  /** Normalised. */
  bare: string
}

let last: Forms = { text: '', trimmed: '', narrow: '', bare: '' }

/** One text passes many patterns in a row: its forms are made for the first. */
function formsOf(text: string): Forms {
  if (text !== last.text) last = { text, trimmed: text.trim(), narrow: halfWidth(text).trim(), bare: normalise(text) }
  return last
}
