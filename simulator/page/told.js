import { h } from './dom.js'
import { code, mark, prettyJson } from './exchange.js'
import { icon } from './icons.js'
import { secondText } from './time.js'
import { kindName, t } from './words.js'

const STATE = { taken: 'replied', waiting: 'waiting', refused: 'failed' }
const WORDS = { taken: 'shopTook', waiting: 'shopWaits', refused: 'shopRefused' }

/** A row of the log for a message of the shop to the product's API, with every attempt and its answer. */
export function toldRow(message, open) {
  const state = { open, element: undefined }
  const body = h('div', { class: 'row-body told', hidden: !open })
  const fill = () => body.replaceChildren(...content(message))
  const last = message.attempts.at(-1)
  const head = h(
    'button',
    {
      type: 'button',
      class: 'row-head',
      'aria-expanded': String(open),
      testid: 'shop-row',
      data: { state: message.state, kind: message.kind },
      on: {
        click: () => {
          state.open = body.hidden
          body.hidden = !state.open
          head.setAttribute('aria-expanded', String(state.open))
          if (state.open) fill()
        },
      },
    },
    h('span', { class: `dot ${STATE[message.state]}`, 'aria-hidden': 'true' }),
    h(
      'span',
      { class: 'row-main' },
      h('b', {}, kindName(`shop.${message.kind}`)),
      h('span', { class: 'row-text' }, [message.order, typeOf(message)].filter(Boolean).join(' · ')),
    ),
    h(
      'span',
      { class: 'row-side' },
      h('span', { class: `state ${STATE[message.state]}` }, t(WORDS[message.state])),
      last && h('span', { class: 'ms' }, `${Math.round(last.ms)} ms`),
      message.attempts.length > 1 && h('span', { class: 'many' }, t('attempts', message.attempts.length)),
      h('time', {}, secondText(message.at)),
    ),
    icon('chevron', 16),
  )
  if (open) fill()
  state.element = h('li', { class: 'row' }, head, body)
  return state
}

function typeOf(message) {
  const [event] = message.body.events ?? []
  const [order] = message.body.orders ?? []
  return event?.type ?? (order && stepOf(order))
}

function content(message) {
  const answers = message.attempts.flatMap((attempt, n) => [
    h(
      'p',
      { class: 'attempt' },
      h('b', {}, t('attempt', n + 1)),
      ` ${secondText(attempt.at)} · ${attempt.ms} ms`,
      attempt.status !== undefined && ` · HTTP ${attempt.status}`,
    ),
    attempt.problem && mark('fault', attempt.problem),
    attempt.answer !== undefined && code(prettyJson(JSON.stringify(attempt.answer))),
  ])
  return [
    h('p', { class: 'url' }, h('b', {}, 'POST'), ` /api/v1/${message.kind}`, h('span', { class: 'ms' }, message.key)),
    code(prettyJson(JSON.stringify(message.body))),
    h('p', { class: 'hint' }, t('shopAnswers')),
    ...(answers.length > 0 ? answers.filter(Boolean) : [h('p', { class: 'hint' }, t('noAnswerYet'))]),
  ]
}

/** What the newest moment of an order is. */
function stepOf(order) {
  const parcel = order.shipments.at(-1)
  if (order.refunds.length > 0) return 'refunded'
  if (order.cancelledAt) return 'cancelled'
  if (order.completedAt) return 'completed'
  if (parcel?.deliveredAt) return 'delivered'
  if (parcel?.outForDeliveryAt) return 'out for delivery'
  if (parcel) return 'shipped'
  return order.paidAt ? 'paid' : 'created'
}
