import { button, h } from './dom.js'
import { icon } from './icons.js'
import { t } from './words.js'

/** The custom menu below a chat. `press(path)` presses a button; `toKeyboard` shows the input instead. */
export function menuBar(menu, { press, toKeyboard }) {
  const tops = menu.button.map((top, index) => topButton(top, index, press))
  const toggle = button(icon('keyboard', 26), toKeyboard, {
    class: 'toggle',
    'aria-label': t('keyboardMode'),
    testid: 'to-keyboard',
  })
  return h('div', { class: 'menu-bar', testid: 'menu-bar' }, toggle, tops)
}

function topButton(top, index, press) {
  const subs = top.sub_button ?? []
  if (subs.length === 0) {
    return h(
      'div',
      { class: 'top' },
      button(top.name, () => press([index]), { class: 'top-name', testid: 'menu-button' }),
    )
  }
  const list = h('div', { class: 'popup', role: 'menu', hidden: true })
  const name = button([icon('list', 13), top.name], () => toggle(list.hidden), {
    class: 'top-name',
    'aria-haspopup': 'menu',
    'aria-expanded': 'false',
    testid: 'menu-button',
  })
  const onOutside = (event) => {
    if (!holder.contains(event.target)) toggle(false)
  }
  function toggle(open) {
    list.hidden = !open
    name.setAttribute('aria-expanded', String(open))
    if (open) {
      document.addEventListener('click', onOutside)
      list.querySelector('button')?.focus({ preventScroll: true })
    } else document.removeEventListener('click', onOutside)
  }
  for (const [place, sub] of subs.entries()) {
    const choose = () => {
      toggle(false)
      press([index, place])
    }
    const label = sub.type === 'miniprogram' ? [icon('mini', 15), sub.name] : sub.name
    list.append(button(label, choose, { role: 'menuitem', class: 'popup-item', testid: 'submenu-button' }))
  }
  const holder = h('div', { class: 'top', on: { keydown: (event) => keys(event, list, toggle, name) } }, name, list)
  return holder
}

function keys(event, list, toggle, name) {
  if (list.hidden) return
  const items = [...list.children]
  const at = items.indexOf(document.activeElement)
  if (event.key === 'Escape') {
    toggle(false)
    name.focus()
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    const step = event.key === 'ArrowDown' ? 1 : -1
    items[(at + step + items.length) % items.length]?.focus()
  }
}
