/**
 * Builds an element. Text is always set as text, never as HTML; `on` holds event listeners, `data` data attributes,
 * everything else is an attribute (true = empty, false and undefined = absent).
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

/** Puts children into an element; strings become text nodes, lists are flattened. */
export function add(element, children) {
  for (const child of children.flat(Number.POSITIVE_INFINITY)) {
    if (child === undefined || child === null || child === false) continue
    element.append(child)
  }
}

/** A button of the page's own kind. */
export function button(label, listener, props = {}) {
  return h('button', { type: 'button', ...props, on: { click: listener } }, label)
}

/** An http(s) or own address, or undefined for anything else (javascript:, data:, ...). */
export function safeUrl(value) {
  if (typeof value !== 'string' || value === '') return undefined
  try {
    const url = new URL(value, location.origin)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined
  } catch {
    return undefined
  }
}

/** A picture that becomes a grey field when it cannot be loaded. */
export function picture(url, className, alt = '') {
  const address = safeUrl(url)
  if (!address) return h('div', { class: `${className} missing`, role: 'img', 'aria-label': alt })
  const image = h('img', { class: className, src: address, alt, referrerpolicy: 'no-referrer' })
  image.addEventListener('error', () => image.classList.add('missing'), { once: true })
  return image
}
