import type { AnyWord } from '../../words/words.js'

/** Where codes hang, in words. */
export const PLACEMENTS: Readonly<Record<string, AnyWord>> = {
  poster: 'code.place.poster',
  package: 'code.place.package',
  shelf: 'code.place.shelf',
  ad: 'code.place.ad',
  staff: 'code.place.staff',
  article: 'code.place.article',
}

/** A picture as an address that the page may show. */
export const svgAddress = (svg: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`

/** Gives the browser a picture to keep. */
export function keep(name: string, address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
