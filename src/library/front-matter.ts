/** An article file's two halves; `bodyLine` is the 1-based line the body starts on. */
export interface FrontMatter {
  head: string
  body: string
  bodyLine: number
}

/**
 * Splits `---` YAML `---` Markdown. Only text is cut here, nothing is evaluated.
 * Undefined when the file does not start with a front matter or never closes it.
 */
export function splitFrontMatter(text: string): FrontMatter | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines[0]?.trimEnd() !== '---') return undefined
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---')
  if (end < 0) return undefined
  return { head: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n'), bodyLine: end + 2 }
}
