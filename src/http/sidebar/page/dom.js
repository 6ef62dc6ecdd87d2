/**
 * Builds an element. Text is always set as text, never as HTML; `on` holds event listeners, `data` data attributes,
 * everything else is an attribute (true = empty, false, null and undefined = absent).
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue
    if (name === 'on') for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener)
    else if (name === 'data') Object.assign(element.dataset, value)
    else element.setAttribute(name === 'testid' ? 'data-testid' : name, value === true ? '' : String(value))
  }
  add(element, children)
  return element
}

/** Puts children into an element; strings become text nodes, lists are flattened, nothing is left out. */
export function add(element, children) {
  for (const child of children.flat(Number.POSITIVE_INFINITY)) {
    if (child === undefined || child === null || child === false || child === '') continue
    element.append(child)
  }
  return element
}

/** An element with these children and no others. */
export function fill(element, ...children) {
  element.replaceChildren()
  return add(element, children)
}

/** A button of the page's own kind; while what it started is under way it cannot be pressed again. */
export function button(label, act, props = {}) {
  const element = h('button', { type: 'button', ...props }, label)
  element.addEventListener('click', async () => {
    if (element.disabled) return
    element.disabled = true
    element.setAttribute('aria-busy', 'true')
    try {
      await act(element)
    } finally {
      element.disabled = false
      element.removeAttribute('aria-busy')
    }
  })
  return element
}

/** A button that asks once more before it acts; it forgets the first press after four seconds. */
export function twice(label, question, act, props = {}) {
  let timer
  const calm = (element) => {
    clearTimeout(timer)
    timer = undefined
    element.textContent = label
    element.classList.remove('asking')
  }
  const onPress = async (element) => {
    if (timer === undefined) {
      element.textContent = question
      element.classList.add('asking')
      timer = setTimeout(() => calm(element), 4000)
      return
    }
    calm(element)
    await act(element)
  }
  return button(label, onPress, props)
}

/** A picture from http(s) only, or an empty field when there is none or it cannot be loaded. */
export function picture(address, className) {
  const url =
    typeof address === 'string' && URL.canParse(address, location.href) ? new URL(address, location.href) : null
  if (!url || !/^https?:$/.test(url.protocol)) return h('span', { class: `${className} missing` })
  const image = h('img', { class: className, src: url.href, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' })
  image.addEventListener('error', () => image.classList.add('missing'), { once: true })
  return image
}
