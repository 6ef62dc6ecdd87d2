import { line } from './bubbles.js'
import { button, h } from './dom.js'
import { icon } from './icons.js'
import { stampText } from './time.js'
import { t } from './words.js'

const STAMP_MS = 5 * 60_000

/** The chat of one follower with the account: header, lines and what stands below. */
export function chat(account, { details, endStaff, back }) {
  const title = h('div', { class: 'bar-title', testid: 'chat-title' }, account.name)
  const lines = h('div', {
    class: 'lines',
    role: 'log',
    'aria-live': 'polite',
    'aria-label': account.name,
    tabindex: 0,
  })
  const staff = h(
    'div',
    { class: 'staff', hidden: true, testid: 'staff' },
    h('span', {}, t('staff')),
    button(t('endStaff'), endStaff, { testid: 'end-staff' }),
  )
  const foot = h('div', { class: 'foot' })
  const element = h(
    'div',
    { class: 'screen chat', testid: 'chat' },
    h(
      'div',
      { class: 'bar' },
      button(icon('back', 22), back, { class: 'tool', 'aria-label': t('toChats'), testid: 'to-home' }),
      title,
      button(icon('more', 22), details, { class: 'tool', 'aria-label': t('details'), testid: 'details' }),
    ),
    staff,
    lines,
    foot,
  )
  const bottom = () => {
    lines.scrollTop = lines.scrollHeight
  }
  new ResizeObserver(bottom).observe(lines)
  let lastAt = Number.NEGATIVE_INFINITY
  let lastN = 0
  return {
    element,
    foot,
    /** Adds an entry unless it is there already; keeps the newest in view. */
    show(entry, phone, now) {
      if (entry.n <= lastN) return
      lastN = entry.n
      if (entry.at - lastAt > STAMP_MS) lines.append(h('div', { class: 'stamp' }, stampText(entry.at, now)))
      lastAt = entry.at
      const added = line(entry, phone)
      lines.append(added)
      for (const image of added.querySelectorAll('img')) image.addEventListener('load', bottom, { once: true })
      bottom()
    },
    /** Shows in the title that the account types. */
    typing(on) {
      title.textContent = on ? t('typing') : account.name
    },
    staff(on) {
      staff.hidden = !on
    },
  }
}
