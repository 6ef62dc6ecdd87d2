import { get } from './api.js'
import { button, fill, h } from './dom.js'
import { notice, when } from './say.js'
import { attempt } from './trouble.js'

/** 时间线: what happened on all platforms, the newest first. */
export async function showTimeline(panel, { path }) {
  const list = h('ol', { class: 'timeline', testid: 'timeline' })
  const foot = h('div', { class: 'center' })
  const put = ({ entries, before }) => {
    list.append(...entries.map(entryOf))
    fill(
      foot,
      before ? button('更早', () => attempt(async () => put(await get(`${path}/timeline`, { before })))) : null,
    )
  }
  const first = await get(`${path}/timeline`)
  if (first.entries.length === 0 && !first.before) return fill(panel, notice('还没有发生过什么。'))
  put(first)
  return fill(panel, list, foot)
}

function entryOf({ at, kind, words, where }) {
  return h(
    'li',
    { data: { kind } },
    h('p', {}, words),
    h('p', { class: 'small soft' }, when(at), where ? ` · ${where}` : ''),
  )
}
