import { control } from './api.js'
import { button, h, picture } from './dom.js'
import { icon } from './icons.js'
import { t } from './words.js'

/** The scanner: a code that was made, or a scene of one's own. `choose({scene}|{ticket})` scans. */
export function scanner(account, { choose, back }) {
  const list = h('ul', { class: 'codes' })
  const field = h('input', {
    type: 'text',
    class: 'field',
    maxlength: 64,
    placeholder: 'ch_store_01',
    'aria-label': t('scene'),
    testid: 'scan-scene',
  })
  const form = h(
    'form',
    { class: 'scan-form', on: { submit: (event) => submit(event) } },
    field,
    h('button', { type: 'submit', class: 'primary', testid: 'scan-go' }, t('scanNow')),
  )
  const submit = (event) => {
    event.preventDefault()
    const scene = field.value.trim()
    if (scene !== '') choose({ scene })
  }
  control('GET', `/codes?account=${encodeURIComponent(account.id)}`)
    .then(({ codes }) => fill(list, codes, choose))
    .catch(() => fill(list, [], choose))
  queueMicrotask(() => field.focus({ preventScroll: true }))
  return h(
    'div',
    { class: 'screen scanner', role: 'dialog', 'aria-modal': 'true', 'aria-label': t('scanTitle'), testid: 'scanner' },
    h(
      'div',
      { class: 'bar clear' },
      button(icon('close', 22), back, { class: 'tool', 'aria-label': t('back'), testid: 'scan-back' }),
      h('div', { class: 'bar-title' }, t('scanTitle')),
      h('span', { class: 'tool' }),
    ),
    h('div', { class: 'finder', 'aria-hidden': 'true' }, h('span', { class: 'beam' })),
    h('p', { class: 'scan-hint' }, t('scanHint')),
    form,
    list,
  )
}

function fill(list, codes, choose) {
  const usable = codes.filter((code) => !code.expired).reverse()
  if (usable.length === 0) return list.replaceChildren(h('li', { class: 'none' }, t('noCodes')))
  const rows = usable.map((code) => {
    const image = picture(`/cgi-bin/showqrcode?ticket=${encodeURIComponent(code.ticket)}`, 'qr', code.scene)
    return h(
      'li',
      {},
      button([image, h('span', {}, code.scene)], () => choose({ ticket: code.ticket }), {
        class: 'code',
        testid: 'code',
      }),
    )
  })
  list.replaceChildren(...rows)
}
