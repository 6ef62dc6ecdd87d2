import { h } from './dom.js'
import { secondText } from './time.js'
import { t } from './words.js'

const TABS = ['request', 'signature', 'xml', 'reply', 'calls']

/** Everything about one exchange, in tabs. `remember(tab)` is told which one is open. */
export function details(exchange, calls, tab, remember) {
  const panel = h('div', { class: 'tab-panel', role: 'tabpanel', tabindex: 0, testid: 'tab-panel' })
  const tabs = TABS.map((name) =>
    h('button', { type: 'button', role: 'tab', testid: `tab-${name}`, on: { click: () => show(name) } }, label(name)),
  )
  function label(name) {
    return name === 'calls' && calls.length > 0 ? `${t('tab_calls')} ${calls.length}` : t(`tab_${name}`)
  }
  function show(name) {
    remember(name)
    for (const [index, element] of tabs.entries()) {
      element.setAttribute('aria-selected', String(TABS[index] === name))
      element.tabIndex = TABS[index] === name ? 0 : -1
    }
    panel.replaceChildren(...CONTENT[name](exchange, calls))
  }
  const list = h('div', { class: 'tabs', role: 'tablist' }, tabs)
  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const at = tabs.indexOf(document.activeElement)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    next.focus()
    next.click()
  })
  show(tab)
  return h('div', {}, list, panel)
}

const CONTENT = {
  request: (exchange) => [
    ...exchange.faults.map((fault) => mark('fault', `${t('fault')}: ${fault}`)),
    h('p', { class: 'url' }, h('b', {}, exchange.method), ' ', exchange.url.split('?')[0]),
    table(Object.entries(exchange.query)),
    code(pretty(exchange.body)),
  ],
  signature: (exchange) => [
    h('p', { class: 'hint' }, t('signatureNote')),
    ...exchange.signature.flatMap(({ name, parts, value }) => [
      h('p', { class: 'formula' }, h('b', {}, name), ` = SHA1(sort(${parts.join(', ')}))`),
      code(value),
    ]),
  ],
  xml: (exchange) => [code(pretty(exchange.xml))],
  reply: (exchange) => [
    ...exchange.warnings.map((warning) => mark('note', `${t('warning')}: ${warning}`)),
    ...(exchange.attempts.length === 0 ? [h('p', { class: 'hint' }, t('state_waiting'))] : []),
    ...exchange.attempts.flatMap(attempt),
  ],
  calls: (_exchange, calls) =>
    calls.length === 0 ? [h('p', { class: 'hint' }, t('noCalls'))] : calls.map((call) => apiCall(call)),
}

function attempt(made) {
  const name = made.copy ? t('copyOf') : t('attempt', made.n)
  const head = h(
    'p',
    { class: 'attempt' },
    h('b', {}, name),
    ` ${secondText(made.startedAt)} · ${made.ms} ms`,
    made.status !== undefined && ` · HTTP ${made.status}`,
  )
  const parts = [head]
  if (made.problem) parts.push(mark('fault', made.problem))
  if (made.raw === '') parts.push(h('p', { class: 'hint' }, t('emptyAnswer')))
  if (made.clear) parts.push(h('p', { class: 'hint' }, t('clearReply')), code(pretty(made.clear)))
  if (made.raw) parts.push(h('p', { class: 'hint' }, t('rawReply')), code(pretty(made.raw)))
  return parts
}

/** A call of the API with its answer. */
export function apiCall(call) {
  const ok = call.errcode === 0 && call.status === 200
  return h(
    'div',
    { class: 'call', testid: 'api-call' },
    h(
      'p',
      { class: 'url' },
      h('b', {}, call.method),
      ' ',
      call.path,
      h('span', { class: ok ? 'ok' : 'bad' }, ok ? `${call.errcode}` : `${call.errcode || call.status}`),
      h('span', { class: 'ms' }, `${secondText(call.at)} · ${call.ms} ms`),
    ),
    call.fault && mark('fault', `${t('fault')}: ${call.fault}`),
    call.request && code(prettyJson(call.request)),
    code(prettyJson(call.response)),
  )
}

function table(entries) {
  return h(
    'dl',
    { class: 'params' },
    entries.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  )
}

/** A line that stands out: a fault or a note. */
export function mark(kind, words) {
  return h('p', { class: `mark ${kind}` }, words)
}

/** Text as it was sent. */
export function code(text) {
  return h('pre', {}, h('code', {}, text))
}

/** XML with one element a line. */
function pretty(xml) {
  if (!xml.startsWith('<')) return xml
  let depth = 0
  const lines = xml.replace(/(<\/[\w-]+>|<[\w-]+>)(?=<(?!!))/g, '$1\n').split('\n')
  return lines
    .map((line) => {
      if (line.startsWith('</')) depth = Math.max(0, depth - 1)
      const indented = '  '.repeat(depth) + line
      if (/^<[\w-]+>$/.test(line)) depth += 1
      return indented
    })
    .join('\n')
}

/** Short JSON indented, anything else as it is. */
export function prettyJson(text) {
  return text.startsWith('{') && text.length < 4000 ? indent(text) : text
}

/** Indents without parsing, because ids beyond 2^53 would lose digits. */
function indent(json) {
  let depth = 0
  return json.replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g, (token) => {
    if (token === '{' || token === '[') return `${token}\n${'  '.repeat(++depth)}`
    if (token === '}' || token === ']') return `\n${'  '.repeat(Math.max(0, --depth))}${token}`
    if (token === ',') return `,\n${'  '.repeat(depth)}`
    return token === ':' ? ': ' : token
  })
}
