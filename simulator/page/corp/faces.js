import { face } from '../avatar.js'
import { h } from '../dom.js'
import { sign } from './icons.js'

/** A drawn picture of a person or a member of staff. */
export const personFace = (name, size = 46) => face('follower', name || '?', size)

/** The picture of an app, a robot or a notice. */
export function markFace(kind, size = 46) {
  const drawn = h('span', { class: `avatar mark ${kind}`, 'aria-hidden': 'true' }, sign(kind, Math.round(size * 0.55)))
  drawn.style.width = drawn.style.height = `${size}px`
  return drawn
}

/** A group's picture: its first members in tiles; the group's own mark as long as they are not known. */
export function groupFace(names, size = 46) {
  const shown = names.slice(0, 9)
  const drawn = h(
    'span',
    { class: `avatar tiles ${shown.length <= 4 ? 'few' : ''}`, 'aria-hidden': 'true' },
    shown.length > 0 ? shown.map(tile) : sign('group', Math.round(size * 0.6)),
  )
  drawn.style.width = drawn.style.height = `${size}px`
  return drawn
}

function tile(name) {
  const drawn = personFace(name)
  drawn.style.width = drawn.style.height = drawn.style.fontSize = ''
  return drawn
}
