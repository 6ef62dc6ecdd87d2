import { h } from './dom.js'
import { glyph } from './profile.js'

const COLORS = ['#5b8ff9', '#e8684a', '#9270ca', '#269a99', '#d9a13b', '#6dc8ec']

/** A drawn picture of a person (the last character of the name) or an account (the first). */
export function face(of, name, size = 40) {
  const person = of === 'follower'
  const words = person ? [...name].at(-1) : glyph(name)
  const drawn = h('span', { class: `avatar ${person ? 'person' : 'brand'}`, 'aria-hidden': 'true' }, words)
  drawn.style.width = drawn.style.height = `${size}px`
  drawn.style.fontSize = `${Math.round(size * 0.45)}px`
  if (person) drawn.style.background = COLORS[hash(name) % COLORS.length]
  return drawn
}

function hash(text) {
  let value = 7
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) >>> 0
  return value
}
