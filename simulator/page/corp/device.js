import { h } from '../dom.js'
import { clockText } from '../time.js'
import { imageViewer, miniViewer, webViewer } from '../viewer.js'
import { createScreens } from './screens.js'

/**
 * A phone of the corp's page: the owner's line above it, the device, its screens and what opens over them. `kind` is
 * `staff` or `person`; `owner` are the elements above the device.
 */
export function createDevice({ kind, label, owner, now }) {
  const clock = h('span', {}, clockText(now()))
  const display = h('div', { class: 'display' })
  const element = h(
    'section',
    { class: `phone ${kind === 'staff' ? 'staff-phone' : 'person'}`, 'aria-label': label, testid: `${kind}-phone` },
    h('header', { class: 'owner' }, owner),
    h(
      'div',
      { class: 'device' },
      h(
        'div',
        { class: 'status', 'aria-hidden': 'true' },
        clock,
        h('span', { class: 'island' }),
        h('span', { class: 'battery' }),
      ),
      display,
    ),
  )
  let opened
  let before
  function overlay(next) {
    if (!next) return
    close()
    before = document.activeElement
    opened = next
    display.append(next)
    next.querySelector('[data-testid="viewer-back"], [data-testid="corp-close"]')?.focus({ preventScroll: true })
  }
  function close() {
    if (!opened) return
    opened.remove()
    opened = undefined
    before?.focus?.({ preventScroll: true })
  }
  display.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close()
  })
  return {
    element,
    display,
    screens: createScreens(display),
    overlay,
    close,
    tick: () => {
      clock.textContent = clockText(now())
    },
    opener: {
      openUrl: (url, title) => overlay(webViewer(url, title, close)),
      openMini: (card) => overlay(miniViewer(card, close)),
      openImage: (url) => overlay(imageViewer(url, close)),
    },
  }
}
