/** How long a message may be to be tried against regular expressions; longer ones are not keywords. */
export const MATCH_CHARACTERS = 200
const PATTERN_CHARACTERS = 200
/** The most steps a pattern may need on the worst message of `MATCH_CHARACTERS` (about a tenth of a second). */
const MAX_STEPS = 1e8

/** A pattern ready to use, or why it is refused. */
export type Compiled = { pattern: RegExp } | { refused: string; fix: string }

/**
 * Compiles a regular expression that authors wrote, refusing those that some message could hang the process with:
 * the worst-case number of ways to match is estimated from the pattern's shape, before any message is seen.
 * Case is ignored; the pattern is read in Unicode mode.
 */
export function compilePattern(source: string): Compiled {
  if (source === '') return { refused: '正则是空的', fix: '写上要匹配的内容' }
  if (source.length > PATTERN_CHARACTERS)
    return { refused: `正则长 ${source.length} 个字符，最多 ${PATTERN_CHARACTERS} 个`, fix: '拆成几条规则' }
  let pattern: RegExp
  try {
    pattern = new RegExp(source, 'iu')
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /, '') : ''
    return { refused: `正则写法有误（${detail}）`, fix: '检查括号；匹配符号本身时前面加 \\' }
  }
  if (pattern.test(''))
    return { refused: '正则连空消息也能匹配，会拦下所有消息', fix: '至少要求一个字，例如把 * 改为 +' }
  const reader = new Shape(source)
  const steps = reader.alternatives().steps * (source.startsWith('^') && !reader.split ? 1 : MATCH_CHARACTERS)
  if (reader.backReference) return { refused: '正则不支持反向引用（\\1）', fix: '改写为不带 \\1 的形式' }
  if (steps > MAX_STEPS)
    return {
      refused: '正则在某些消息上会极慢（重复里套重复，或 * + 太多）',
      fix: '去掉括号外的 * +，以 ^ 开头，或改用 contains',
    }
  return { pattern }
}

/** A part of a pattern: how many ways it can match, and the literal it starts with when it is nothing but literals. */
interface Part {
  steps: number
  literal: string | undefined
}

/** Walks a pattern that is known to compile and multiplies up its choices. */
class Shape {
  backReference = false
  /** There is an alternative outside every group: a leading `^` does not anchor all of it. */
  split = false
  private at = 0
  private depth = 0
  private readonly source: string

  constructor(source: string) {
    this.source = source
  }

  alternatives(): Part {
    const parts = [this.sequence()]
    while (this.source[this.at] === '|') {
      if (this.depth === 0) this.split = true
      this.at++
      parts.push(this.sequence())
    }
    if (parts.length === 1) return parts[0] ?? { steps: 1, literal: '' }
    const starts = parts.map((part) => part.literal?.[0]?.toLowerCase())
    const distinct = starts.every((start) => start !== undefined) && new Set(starts).size === starts.length
    return { steps: distinct ? 1 : parts.reduce((sum, part) => sum + part.steps, 0), literal: undefined }
  }

  private sequence(): Part {
    let steps = 1
    let literal: string | undefined = ''
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const part = this.repeated()
      steps *= part.steps
      literal = literal === undefined || part.literal === undefined ? undefined : literal + part.literal
    }
    return { steps, literal }
  }

  private repeated(): Part {
    const part = this.atom()
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.source.slice(this.at))
    if (!found) return part
    this.at += found[0].length
    const [min, max] = bounds(found)
    const inner = part.steps === 1 ? 1 : part.steps ** Math.max(1, Math.min(max, MATCH_CHARACTERS))
    return {
      steps: Math.min(Number.MAX_VALUE, inner * (Math.min(max, MATCH_CHARACTERS + min) - min + 1)),
      literal: undefined,
    }
  }

  private atom(): Part {
    const rest = this.source.slice(this.at)
    if (rest.startsWith('(')) {
      this.at += /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/.exec(rest)?.[0].length ?? 1
      this.depth++
      const inner = this.alternatives()
      this.depth--
      this.at++
      return inner
    }
    if (/^\\(?:[1-9]|k<)/.test(rest)) this.backReference = true
    const token =
      /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-f]{4}|x[0-9a-f]{2}|.)|.)/isu.exec(rest)?.[0] ??
      rest
    this.at += token.length
    const plain = !/^[[.\\^$]/.test(token)
    return { steps: 1, literal: plain ? token : /^[\^$]/.test(token) ? '' : undefined }
  }
}

function bounds(found: RegExpExecArray): [number, number] {
  const mark = found[0][0]
  if (mark === '*') return [0, MATCH_CHARACTERS]
  if (mark === '+') return [1, MATCH_CHARACTERS]
  if (mark === '?') return [0, 1]
  const min = Number(found[1])
  return [min, found[2] === undefined ? min : found[3] === '' ? MATCH_CHARACTERS + min : Number(found[3])]
}
