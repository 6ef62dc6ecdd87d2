import { h } from '../dom.js'
import { stampText } from '../time.js'
import { content } from './contents.js'
import { markFace, personFace } from './faces.js'
import { topBar } from './parts.js'
import { w } from './words.js'

const STAMP_MS = 5 * 60_000
const CAPTIONS = {
  'group-send': 'viaGroupSend',
  welcome: 'viaWelcome',
  'group-welcome': 'viaGroupWelcome',
  transfer: 'viaTransfer',
}

/**
 * A conversation. `mine(entry)` says whose side a line is on, `world(entry)` opens and presses things, `names` puts the
 * writer above each line, `captions` says under a line how it came, `intro` is the first line of all. `update(entries, now)` draws what is new or changed.
 */
export function talk({ title, sub, back, tools, head, foot, mine, world, names, captions, intro, testid, markOf }) {
  const lines = h('div', { class: 'lines', role: 'log', 'aria-live': 'polite', tabindex: 0 })
  const bar = h('div', {})
  const element = h('div', { class: 'screen chat', testid }, bar, head, lines, foot)
  if (intro) lines.append(h('div', { class: 'line system' }, h('span', {}, intro)))
  const drawn = new Map()
  let lastAt = Number.NEGATIVE_INFINITY
  const bottom = () => {
    lines.scrollTop = lines.scrollHeight
  }
  new ResizeObserver(bottom).observe(lines)

  function line(entry) {
    const data = { from: entry.from, via: entry.via, n: entry.n, by: entry.by }
    if (entry.from === 'system') {
      return h('div', { class: 'line system', testid: 'corp-system', data }, h('span', {}, entry.content.text))
    }
    if (entry.recalled) {
      return h('div', { class: 'line system', testid: 'corp-system', data }, h('span', {}, w('recalled')))
    }
    const own = mine(entry)
    const mark = markOf?.(entry)
    const how = captions && CAPTIONS[entry.via] && w(CAPTIONS[entry.via])
    const caption = entry.failed === undefined ? how : w('deskFailed', entry.failed)
    return h(
      'div',
      { class: `line ${own ? 'mine' : 'theirs'}`, testid: `corp-${entry.content.kind}`, data },
      mark ? markFace(mark, 40) : personFace(entry.name, 40),
      h(
        'div',
        { class: 'said' },
        names && !own && h('span', { class: 'said-by' }, names(entry)),
        content(entry.content, world(entry)),
        caption && h('span', { class: 'said-how' }, caption),
      ),
    )
  }

  function setBar() {
    const made = topBar({ title: title(), sub: sub?.(), back, tools, testid: 'corp-title' })
    if (bar.firstChild?.isEqualNode(made)) return
    const focused = bar.contains(document.activeElement) && document.activeElement.dataset.testid
    bar.replaceChildren(made)
    if (focused) bar.querySelector(`[data-testid="${focused}"]`)?.focus({ preventScroll: true })
  }

  return {
    element,
    bottom,
    update(entries, now) {
      setBar()
      lines.setAttribute('aria-label', bar.textContent)
      for (const entry of entries) {
        const print = JSON.stringify(entry)
        const old = drawn.get(entry.n)
        if (old?.print === print) continue
        const made = line(entry)
        if (old) old.element.replaceWith(made)
        else {
          if (entry.at - lastAt > STAMP_MS) lines.append(h('div', { class: 'stamp' }, stampText(entry.at, now)))
          lastAt = entry.at
          lines.append(made)
        }
        drawn.set(entry.n, { print, element: made })
        for (const image of made.querySelectorAll('img')) image.addEventListener('load', bottom, { once: true })
        if (!old) bottom()
      }
    },
  }
}
