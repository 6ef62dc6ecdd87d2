import { halfWidth } from '../../core/match.js'
import type { CannedReply } from './files.js'

/** What is searched: a canned reply with the first letters of its title and keywords. */
export interface Searchable extends CannedReply {
  initials: readonly string[]
}

/**
 * Those that fit what was typed, the best first: every word has to be found, as part of the title, a keyword or the text,
 * as the name, or as first letters of their pinyin. Nothing typed gives all, as they stand.
 */
export function searchCanned<R extends Searchable>(all: readonly R[], query: string): R[] {
  const wanted = halfWidth(query).toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return [...all]
  return all
    .map((reply, at) => ({ reply, at, score: scoreOf(reply, wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.at - b.at)
    .map(({ reply }) => reply)
}

function scoreOf(reply: Searchable, wanted: readonly string[]): number {
  let sum = 0
  for (const word of wanted) {
    const score = scoreOfWord(reply, word)
    if (score === 0) return 0
    sum += score
  }
  return sum
}

function scoreOfWord({ slug, title, keywords = [], text = '', initials }: Searchable, word: string): number {
  const low = (value: string) => value.toLowerCase()
  if (low(title) === word || slug === word) return 10
  if (low(title).startsWith(word)) return 8
  if (initials.some((letters) => letters === word)) return 7
  if (initials.some((letters) => letters.startsWith(word))) return 6
  if (low(title).includes(word) || keywords.some((keyword) => low(keyword).includes(word))) return 5
  if (slug.startsWith(word)) return 4
  if (word.length > 1 && initials.some((letters) => letters.includes(word))) return 3
  return low(text).includes(word) ? 1 : 0
}
