import { button, h, picture, safeUrl } from './dom.js'
import { icon } from './icons.js'
import { t } from './words.js'

/** A web page inside the phone, as WeChat's own browser shows it. */
export function webViewer(url, title, back) {
  const address = safeUrl(url)
  if (!address) return undefined
  const frame = h('iframe', {
    class: 'frame',
    src: address,
    title,
    testid: 'viewer-frame',
    // a page of our own origin must not reach the control API with our rights
    sandbox:
      new URL(address).origin === location.origin
        ? 'allow-scripts'
        : 'allow-scripts allow-same-origin allow-forms allow-popups',
    referrerpolicy: 'no-referrer',
  })
  const outside = h(
    'a',
    {
      href: address,
      target: '_blank',
      rel: 'noreferrer noopener',
      class: 'tool',
      title: t('openOutside'),
      'aria-label': t('openOutside'),
    },
    icon('external', 18),
  )
  return screen([bar(title, back, outside), frame], 'web')
}

/** What a mini program would open: its name, appid and path. */
export function miniViewer(card, back) {
  const capsule = h(
    'div',
    { class: 'capsule' },
    h('span', { 'aria-hidden': 'true' }, icon('more', 18)),
    button(icon('close', 18), back, { 'aria-label': t('close'), testid: 'viewer-back' }),
  )
  return screen(
    [
      h('div', { class: 'mini-bar' }, h('span', {}, card.appName), capsule),
      h(
        'div',
        { class: 'mini-body' },
        h('div', { class: 'mini-icon' }, icon('mini', 44)),
        h('h2', {}, card.appName),
        h(
          'dl',
          {},
          h('dt', {}, 'AppID'),
          h('dd', {}, card.appid),
          h('dt', {}, t('path')),
          h('dd', {}, card.path || t('defaultPath')),
        ),
        card.thumb && picture(card.thumb, 'mini-thumb', card.title ?? ''),
        h('p', {}, t('miniNote')),
      ),
    ],
    'mini',
  )
}

/** One picture over the whole phone; with `read`, a QR code in it can be read. */
export function imageViewer(url, back, read) {
  return screen(
    [
      button(picture(url, 'full', t('image')), back, {
        class: 'dark-button',
        'aria-label': t('close'),
        testid: 'viewer-back',
      }),
      read && button([icon('scan', 16), t('readCode')], read, { class: 'read-code', testid: 'read-code' }),
    ],
    'dark',
  )
}

function bar(title, back, tool) {
  const close = button(icon('close', 20), back, { class: 'tool', 'aria-label': t('back'), testid: 'viewer-back' })
  return h('div', { class: 'bar' }, close, h('div', { class: 'bar-title' }, title), tool)
}

function screen(children, kind) {
  return h('div', { class: `screen viewer ${kind}`, role: 'dialog', 'aria-modal': 'true', testid: 'viewer' }, children)
}
