import { nameOf } from './parts.js'

/**
 * The screens of one phone, one upon another; only the top one is in the document. A screen is {element, update?()}:
 * `update` is called when the world changed and when the screen comes to the top again. `left` is called when the last one
 * is left; without it the first screen stays.
 */
export function createScreens(display, left) {
  let stack = []
  const top = () => stack.at(-1)

  function show(focus) {
    for (const old of display.querySelectorAll(':scope > .screen')) old.remove()
    display.prepend(top().element)
    top().update?.()
    if (focus) display.querySelector(focus)?.focus({ preventScroll: true })
  }

  return {
    /** Leaves everything and starts at this screen. */
    root(screen) {
      stack = [screen]
      show()
    },
    push(screen) {
      if (top()) top().held = nameOf(document.activeElement)
      stack.push(screen)
      show('[data-testid="corp-back"]')
    },
    back() {
      if (stack.length < 2) return left?.()
      stack.pop()
      show(top().held)
    },
    home() {
      if (left) return left()
      stack = [stack[0]]
      show()
    },
    /** Forgets every screen; the next one is the first. */
    clear() {
      stack = []
    },
    update: () => top()?.update?.(),
  }
}
