import type { Product } from './products.js'

/** The picture of a product as SVG, drawn from its motif and colour. */
export function pictureOf({ picture: { motif, color } }: Product): string {
  const soft = blend(color, '#ffffff', 0.78)
  const light = blend(color, '#ffffff', 0.35)
  const dark = blend(color, '#2b2522', 0.28)
  const body = DRAW[motif]({ color, light, dark })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><defs><linearGradient id="w" x2="0" y2="1"><stop stop-color="${soft}"/><stop offset="1" stop-color="${blend(color, '#ffffff', 0.6)}"/></linearGradient></defs><path fill="url(#w)" d="M0 0h400v400H0z"/><ellipse cx="200" cy="335" rx="150" ry="16" fill="${dark}" opacity=".13"/>${body}</svg>`
}

interface Paint {
  color: string
  light: string
  dark: string
}

const DRAW: Record<Product['picture']['motif'], (paint: Paint) => string> = {
  bedding: ({ color, light, dark }) =>
    fold(58, 268, 284, 64, color, dark) +
    fold(66, 212, 268, 60, light, dark) +
    fold(74, 162, 252, 54, blend(color, dark, 0.25), dark) +
    pillow(110, 92, 180, 84, blend(light, '#ffffff', 0.4), dark),
  quilt: ({ color, light, dark }) =>
    `<rect x="60" y="140" width="280" height="190" rx="46" fill="${color}"/>` +
    [0, 1, 2]
      .map(
        (n) =>
          `<path d="M${84 + n * 12} ${188 + n * 46}q112 ${26 - n * 4} ${232 - n * 24} 0" stroke="${dark}" stroke-width="3" opacity=".28" fill="none"/>`,
      )
      .join('') +
    `<path d="M60 190c0-30 20-50 50-50h180c30 0 50 20 50 50-90 34-190 34-280 0z" fill="${light}"/>`,
  pillow: ({ color, light, dark }) =>
    pillow(52, 200, 240, 124, color, dark) + pillow(116, 118, 236, 120, blend(light, '#ffffff', 0.25), dark),
  towel: ({ color, light, dark }) =>
    [0, 1, 2]
      .map((n) => {
        const fill = [color, light, blend(color, dark, 0.3)][n] ?? color
        const y = 258 - n * 62
        return `${fold(78 + n * 8, y, 244 - n * 16, 70, fill, dark)}<path d="M${96 + n * 8} ${y + 26}h${208 - n * 16}M${96 + n * 8} ${y + 42}h${208 - n * 16}" stroke="#fff" stroke-width="3" stroke-dasharray="6 7" opacity=".5"/>`
      })
      .join(''),
  bottle: ({ color, light, dark }) =>
    `<rect x="138" y="150" width="124" height="184" rx="26" fill="${light}"/><rect x="138" y="228" width="124" height="106" rx="26" fill="${color}" opacity=".75"/><rect x="154" y="206" width="92" height="84" rx="6" fill="#fff" opacity=".88"/><path d="M172 232h56M172 250h38" stroke="${dark}" stroke-width="5" opacity=".6"/><rect x="172" y="112" width="56" height="42" rx="6" fill="${dark}"/><path d="M176 112v-22h66l14 12-14 10z" fill="${blend(dark, '#ffffff', 0.15)}"/>`,
  pods: ({ color, light, dark }) =>
    `<path d="M104 130h192l20 180a26 26 0 0 1-26 26H110a26 26 0 0 1-26-26z" fill="${light}"/><path d="M96 104h208a10 10 0 0 1 10 10v22H86v-22a10 10 0 0 1 10-10z" fill="${dark}"/>` +
    [
      [142, 232],
      [202, 214],
      [260, 238],
      [172, 290],
      [232, 288],
    ]
      .map(
        ([x, y]) =>
          `<circle cx="${x}" cy="${y}" r="26" fill="${color}"/><path d="M${(x ?? 0) - 14} ${y}a14 14 0 0 1 14-14" stroke="#fff" stroke-width="5" fill="none" opacity=".75"/>`,
      )
      .join(''),
}

function fold(x: number, y: number, width: number, height: number, fill: string, line: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="20" fill="${fill}"/><path d="M${x + 14} ${y + height * 0.62}h${width - 34}" stroke="${line}" stroke-width="3" opacity=".25"/>`
}

function pillow(x: number, y: number, width: number, height: number, fill: string, line: string): string {
  const [right, bottom] = [x + width, y + height]
  const shape = `M${x + 18} ${y + 12}Q${x + width / 2} ${y - 14} ${right - 18} ${y + 12}Q${right + 6} ${y + height / 2} ${right - 14} ${bottom - 10}Q${x + width / 2} ${bottom + 12} ${x + 14} ${bottom - 10}Q${x - 6} ${y + height / 2} ${x + 18} ${y + 12}z`
  return `<path d="${shape}" fill="${fill}"/><path d="M${x + 34} ${bottom - 26}q${width / 2 - 34} 18 ${width - 68} 0" stroke="${line}" stroke-width="3" opacity=".2" fill="none"/>`
}

function blend(a: string, b: string, share: number): string {
  const part = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16)
  const mixed = [1, 3, 5].map((at) => Math.round(part(a, at) * (1 - share) + part(b, at) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
