import { h } from './dom.js'
import { apiCall, details } from './exchange.js'
import { icon } from './icons.js'
import { secondText } from './time.js'
import { toldRow } from './told.js'
import { kindName, t } from './words.js'

const MAX_ROWS = 200

/**
 * The list of exchanges beside the phones, newest first; each opens to its tabs. With `loose`, calls of the API that
 * belong to no exchange have lines of their own; `empty` are the words of an empty list.
 */
export function createLog(nameOf, { loose = false, empty: why = t('logEmpty') } = {}) {
  const exchanges = new Map()
  const calls = new Map()
  const rows = new Map()
  const list = h('ol', { class: 'rows', testid: 'exchanges' })
  const empty = h('p', { class: 'log-empty' }, why)
  const element = h('section', { class: 'log', 'aria-label': t('log') }, h('h2', {}, t('log')), empty, list)

  function draw(exchange) {
    exchanges.set(exchange.id, exchange)
    empty.hidden = true
    const old = rows.get(exchange.id)
    const open = old?.open ?? false
    const made = row(exchange, open, old?.tab)
    if (old) old.element.replaceWith(made.element)
    else list.prepend(made.element)
    rows.set(exchange.id, made)
    if (rows.size > MAX_ROWS) forget(rows.keys().next().value)
  }

  function forget(id) {
    rows.get(id)?.element.remove()
    rows.delete(id)
    exchanges.delete(id)
  }

  function row(exchange, open, tab) {
    const state = { open, tab: tab ?? 'request', element: undefined }
    const body = h('div', { class: 'row-body', hidden: !open })
    const fill = () =>
      body.replaceChildren(
        details(exchange, laterCalls(exchange), state.tab, (next) => {
          state.tab = next
        }),
      )
    const head = h(
      'button',
      {
        type: 'button',
        class: 'row-head',
        'aria-expanded': String(open),
        testid: 'exchange-row',
        data: { state: exchange.state, kind: exchange.kind },
        on: {
          click: () => {
            state.open = body.hidden
            body.hidden = !state.open
            head.setAttribute('aria-expanded', String(state.open))
            if (state.open) fill()
          },
        },
      },
      h('span', { class: `dot ${exchange.state}`, 'aria-hidden': 'true' }),
      h(
        'span',
        { class: 'row-main' },
        h('b', {}, kindName(exchange.kind)),
        h('span', { class: 'row-text' }, gist(exchange)),
      ),
      h('span', { class: 'row-side' }, sideWords(exchange), h('time', {}, secondText(exchange.at))),
      icon('chevron', 16),
    )
    if (open) fill()
    state.element = h('li', { class: 'row' }, head, body)
    return state
  }

  function sideWords(exchange) {
    const pushes = exchange.attempts.filter((attempt) => !attempt.copy).length
    const last = exchange.attempts.at(-1)
    const words = [h('span', { class: `state ${exchange.state}` }, t(`state_${exchange.state}`))]
    if (last) words.push(h('span', { class: 'ms' }, `${Math.round(last.ms)} ms`))
    if (pushes > 1) words.push(h('span', { class: 'many' }, t('attempts', pushes)))
    if (exchange.calls.length > 0) words.push(h('span', { class: 'api' }, t('calls', exchange.calls.length)))
    if (exchange.warnings.length > 0) words.push(h('span', { class: 'many' }, t('warning')))
    return words
  }

  function gist(exchange) {
    const inner = /<(?:Content|EventKey|Label|Title)><!\[CDATA\[(.*?)\]\]>/s.exec(exchange.xml)?.[1] ?? ''
    return [nameOf(exchange.follower), inner].filter(Boolean).join(' · ')
  }

  /** A message of the shop to the product, under a key of its own. */
  function drawTold(message) {
    const key = `shop ${message.id}`
    empty.hidden = true
    const old = rows.get(key)
    const made = toldRow(message, old?.open ?? false)
    if (old) old.element.replaceWith(made.element)
    else list.prepend(made.element)
    rows.set(key, made)
    if (rows.size > MAX_ROWS) forget(rows.keys().next().value)
  }

  /** A call that nothing led to, under a key of its own. */
  function drawCall(call) {
    empty.hidden = true
    const body = h('div', { class: 'row-body tab-panel', hidden: true })
    const head = h(
      'button',
      {
        type: 'button',
        class: 'row-head',
        'aria-expanded': 'false',
        testid: 'call-row',
        data: { path: call.path, errcode: call.errcode },
        on: {
          click: () => {
            body.hidden = !body.hidden
            head.setAttribute('aria-expanded', String(!body.hidden))
            if (!body.hidden) body.replaceChildren(apiCall(call))
          },
        },
      },
      h('span', { class: `dot ${call.errcode === 0 ? 'acknowledged' : 'failed'}`, 'aria-hidden': 'true' }),
      h('span', { class: 'row-main' }, h('b', {}, t('apiCall')), h('span', { class: 'row-text' }, call.path)),
      h(
        'span',
        { class: 'row-side' },
        h('span', { class: `state ${call.errcode === 0 ? '' : 'failed'}` }, String(call.errcode)),
        h('span', { class: 'ms' }, `${Math.round(call.ms)} ms`),
        h('time', {}, secondText(call.at)),
      ),
      icon('chevron', 16),
    )
    const element = h('li', { class: 'row' }, head, body)
    list.prepend(element)
    rows.set(`call ${call.id}`, { element })
    if (rows.size > MAX_ROWS) forget(rows.keys().next().value)
  }

  const laterCalls = (exchange) => exchange.calls.map((id) => calls.get(id)).filter(Boolean)

  return {
    element,
    exchange: draw,
    told: drawTold,
    call(call) {
      calls.set(call.id, call)
      if (calls.size > 1000) calls.delete(calls.keys().next().value)
      const exchange = exchanges.get(call.exchange)
      if (!exchange) return loose ? drawCall(call) : undefined
      if (!exchange.calls.includes(call.id)) exchange.calls.push(call.id)
      draw(exchange)
    },
    clear() {
      for (const id of [...rows.keys()]) forget(id)
      calls.clear()
      empty.hidden = false
    },
  }
}
