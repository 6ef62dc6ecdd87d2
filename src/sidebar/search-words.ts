/** True when every word of the query is in one of the texts, or in their pinyin initials: `yhq` finds 优惠券. */
export function fits(query: string, texts: readonly string[], initials?: (text: string) => string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const own = texts.map((text) => text.toLowerCase())
  return words.every(
    (word) =>
      own.some((text) => text.includes(word)) ||
      (initials !== undefined && /^[a-z0-9]+$/.test(word) && texts.some((text) => initials(text).includes(word))),
  )
}
