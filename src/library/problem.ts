import type { Problem } from '../core/errors.js'

/**
 * One thing wrong in `content/`. An `error` keeps an edited file out of service (the last good version stays);
 * a `warning` is only told. Texts are Chinese: content authors read them.
 */
export interface ContentProblem extends Problem {
  severity: 'error' | 'warning'
}

/** Where in `content/` a problem is. */
export interface Place {
  /** Relative to the content folder, e.g. `cards/gift.yaml`. */
  file: string
  line?: number
  field: string
}

/** A problem at a place. */
export function problem(
  place: Place,
  message: string,
  fix: string,
  severity: ContentProblem['severity'] = 'error',
): ContentProblem {
  return { ...place, message, fix, severity }
}

const MARK = '\u2063'

/** What is wrong and how to mend it as one text, the way zod carries it; `splitReason` takes it apart again. */
export function reason(message: string, fix: string): string {
  return `${message}${MARK}${fix}`
}

/** The two halves of `reason`; a text without a fix gets `fallback`. */
export function splitReason(text: string, fallback: string): { message: string; fix: string } {
  const at = text.indexOf(MARK)
  return at < 0 ? { message: text, fix: fallback } : { message: text.slice(0, at), fix: text.slice(at + MARK.length) }
}

/** Problems with the folder's name before the file's, as people see it from the project. */
export function inFolder(problems: readonly ContentProblem[], folder: string): ContentProblem[] {
  return problems.map((each) => ({ ...each, file: each.file === '' ? folder : `${folder}/${each.file}` }))
}
