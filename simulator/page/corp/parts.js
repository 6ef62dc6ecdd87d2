import { add, button, h } from '../dom.js'
import { icon } from '../icons.js'
import { t } from '../words.js'
import { w } from './words.js'

/** Puts new children into a box; what was scrolled stays there, and what had the focus has it again. */
export function refill(box, ...children) {
  const top = box.scrollTop
  const held = box.contains(document.activeElement) ? nameOf(document.activeElement) : undefined
  box.replaceChildren()
  add(box, children)
  box.scrollTop = top
  if (held) box.querySelector(held)?.focus({ preventScroll: true })
}

/** A selector that finds this element, or the one that took its place, again. */
export function nameOf(element) {
  const { testid, id } = element?.dataset ?? {}
  if (testid === undefined) return undefined
  return `[data-testid="${CSS.escape(testid)}"]${id === undefined ? '' : `[data-id="${CSS.escape(id)}"]`}`
}

/** The bar at the top of a screen. `sub` is the small second line, `tools` stand at the right. */
export function topBar({ title, sub, back, tools = [], testid }) {
  return h(
    'div',
    { class: 'bar' },
    back
      ? button(icon('back', 22), back, { class: 'tool', 'aria-label': t('back'), testid: 'corp-back' })
      : h('span', { class: 'tool' }),
    h('div', { class: 'bar-title', testid }, title, sub && h('small', {}, sub)),
    h('div', { class: 'tools' }, tools),
  )
}

/** A line of a list that opens something. `name` and `words` may hold elements. */
export function listRow({ avatar, name, words, at, unread = 0, open, testid, id, data = {} }) {
  return button(
    [
      h('span', { class: 'face' }, avatar, unread > 0 && h('i', { class: 'unread' }, String(Math.min(unread, 99)))),
      h('span', { class: 'talk' }, h('b', {}, name), words && h('small', {}, words)),
      at && h('time', {}, at),
    ],
    open,
    { class: 'home-row', testid, data: { ...(id !== undefined && { id }), ...data } },
  )
}

/** A line of settings: name at the left, value at the right; opens something when `open` is given. */
export function cell({ label, value, open, testid, id, danger = false, mark }) {
  const inside = [
    mark,
    h('span', { class: 'cell-label' }, label),
    h('span', { class: 'cell-value' }, value ?? ''),
    open && icon('chevron', 15),
  ]
  const props = { class: danger ? 'cell danger' : 'cell', testid, data: id === undefined ? {} : { id } }
  return open ? button(inside, open, props) : h('div', props, inside)
}

/** Why there is nothing here, and what would bring something. */
export function nothing(words, testid) {
  return h('p', { class: 'nothing', testid }, words)
}

/** A small word in a frame beside a name. */
export function badge(words, kind = '') {
  return h('i', { class: `badge-word ${kind}` }, words)
}

/** Asks before something that cannot be taken back. `body` stands between title and buttons. */
export function ask(display, { title, body, yes, run, danger = false, testid = 'corp-ask' }) {
  const before = document.activeElement
  const end = () => {
    veil.remove()
    before?.focus?.({ preventScroll: true })
  }
  const go = button(
    yes,
    () => {
      end()
      run()
    },
    { class: danger ? 'ask-yes danger' : 'ask-yes', testid: `${testid}-yes` },
  )
  const box = h(
    'div',
    { class: 'ask', role: 'alertdialog', 'aria-modal': 'true', 'aria-label': title, testid },
    h('h3', {}, title),
    body && h('div', { class: 'ask-body' }, body),
    h('div', { class: 'ask-buttons' }, button(w('cancel'), end, { class: 'ask-no', testid: `${testid}-no` }), go),
  )
  const veil = h('div', { class: 'veil middle' }, box)
  veil.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      end()
    }
    if (event.key === 'Tab') keepInside(event, box)
  })
  display.append(veil)
  go.focus({ preventScroll: true })
}

function keepInside(event, box) {
  const stops = [...box.querySelectorAll('button, input, select, textarea')].filter((item) => !item.disabled)
  const edge = event.shiftKey ? stops[0] : stops.at(-1)
  if (document.activeElement !== edge) return
  event.preventDefault()
  ;(event.shiftKey ? stops.at(-1) : stops[0])?.focus()
}

/** A field with its button below a chat. `say(text)` gets what was written. */
export function writeBar(say, { label, testid }) {
  const field = h('input', {
    type: 'text',
    class: 'field',
    'aria-label': label,
    autocomplete: 'off',
    enterkeyhint: 'send',
    maxlength: 2000,
    testid: `${testid}-input`,
  })
  const plus = h('span', { class: 'tool', 'aria-hidden': 'true' }, icon('plus', 26))
  const send = h('button', { type: 'submit', class: 'send', hidden: true, testid: `${testid}-send` }, t('send'))
  const show = () => {
    const some = field.value.trim() !== ''
    send.hidden = !some
    plus.hidden = some
  }
  const form = h(
    'form',
    { class: 'input-bar' },
    h('span', { class: 'tool', 'aria-hidden': 'true' }, icon('voice', 26)),
    field,
    h('span', { class: 'tool', 'aria-hidden': 'true' }, icon('smile', 26)),
    plus,
    send,
  )
  field.addEventListener('input', show)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (text === '') return field.focus()
    field.value = ''
    show()
    say(text)
    field.focus()
  })
  return h('div', { class: 'foot' }, form)
}
