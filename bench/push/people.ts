import type { NewChunk } from '../../src/outbox/bulk/chunk.js'

/** The id of the `n`th contact. */
export const contactOf = (n: number): string => n.toString(16).padStart(24, '0')
/** The openid of the `n`th contact, 28 characters like the platform's. */
export const openidOf = (n: number): string => `o${String(n).padStart(27, '0')}`
/** Which contact an openid of ours is. */
export const numberOf = (openid: string): number => Number(openid.slice(1))

/** Chunks of 1,000 for the contacts `first` to `first + people - 1`. */
export function chunksOf(source: string, people: number, about: Partial<NewChunk> = {}, first = 0): NewChunk[] {
  const now = Date.now()
  const chunks: NewChunk[] = []
  for (let from = first; from < first + people; from += 1000) {
    const size = Math.min(1000, first + people - from)
    chunks.push({
      key: `${source}:${String(from / 1000).padStart(6, '0')}`,
      source,
      account: 'shop',
      purpose: 'marketing',
      channels: ['customer-message'],
      variants: [{ kind: 'text', text: '老朋友，好久不见。新一季的面霜到了，会员立减 30 元，回复“面霜”看详情。' }],
      recipients: Array.from({ length: size }, (_, n) => ({
        contact: contactOf(from + n),
        to: openidOf(from + n),
        variant: 0,
      })),
      dueAt: new Date(now),
      expiresAt: new Date(now + 24 * 3_600_000),
      ...about,
    })
  }
  return chunks
}
