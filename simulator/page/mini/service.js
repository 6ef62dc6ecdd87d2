import { control } from '../api.js'
import { line } from '../bubbles.js'
import { button, h } from '../dom.js'
import { icon } from '../icons.js'
import { t } from '../words.js'

const WAIT_MS = 15_000

/**
 * The mini program's customer service (客服会话) over its page: what she writes goes to the mini program's own address, and
 * what is answered comes by its API. `card` is the page she came from; `phone` opens things, `close` leaves, `complain` says
 * what was refused.
 */
export function serviceTalk({ follower, card, phone, close, complain }) {
  const path = `/followers/${encodeURIComponent(follower)}/minitalk`
  const lines = h('div', { class: 'talk-lines', testid: 'mini-talk', 'aria-live': 'polite' })
  const input = h('input', { 'aria-label': t('input'), placeholder: t('input'), maxlength: 600, testid: 'mini-say' })
  let after = 0

  const say = (given) => control('POST', path, given).catch(complain)
  const send = async () => {
    const text = input.value.trim()
    if (text === '') return input.focus()
    input.value = ''
    await say({ kind: 'text', text })
    return input.focus()
  }
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) void send()
  })

  async function listen() {
    do {
      const { entries } = await control('GET', `${path}?after=${after}&wait=${after === 0 ? 0 : WAIT_MS}`)
      for (const entry of entries) {
        after = entry.n
        lines.append(line(entry, phone))
      }
      if (entries.length > 0) lines.scrollTop = lines.scrollHeight
      if (after === 0) await new Promise((resolve) => setTimeout(resolve, 500))
    } while (element.isConnected)
  }

  const element = h(
    'div',
    { class: 'mini-service', role: 'dialog', 'aria-label': t('contactService'), testid: 'mini-service' },
    h(
      'div',
      { class: 'mini-bar' },
      h(
        'span',
        { class: 'mini-back' },
        button(icon('back', 20), close, { 'aria-label': t('back'), testid: 'service-back' }),
      ),
      h('span', { class: 'mini-title' }, t('contactService')),
    ),
    lines,
    h(
      'div',
      { class: 'talk-foot' },
      h('div', { class: 'talk-write' }, input, button(t('send'), send, { class: 'mini-small', testid: 'mini-send' })),
      button(t('sendPage'), () => say({ kind: 'card', title: card.title, path: card.path }), {
        class: 'mini-small',
        testid: 'mini-send-card',
      }),
      button(t('photo'), () => say({ kind: 'image' }), { class: 'mini-small', testid: 'mini-send-image' }),
    ),
  )
  queueMicrotask(() => listen().catch(() => undefined))
  return element
}
