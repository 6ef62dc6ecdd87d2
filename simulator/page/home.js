import { notice } from './bubbles.js'
import { button, h } from './dom.js'
import { icon } from './icons.js'
import { stampText } from './time.js'
import { t } from './words.js'

/** The list of chats: the account and 服务通知, each with its newest line. `rows` are {name, words, at, unread, avatar, open}. */
export function home(rows, now) {
  return h(
    'div',
    { class: 'screen home', testid: 'home' },
    h('div', { class: 'bar' }, h('span'), h('div', { class: 'bar-title' }, t('wechat')), h('span')),
    h(
      'div',
      { class: 'scroll' },
      rows.map(({ name, words, at, unread, avatar, open, testid }) =>
        button(
          [
            h(
              'span',
              { class: 'face' },
              avatar,
              unread > 0 && h('i', { class: 'unread' }, String(Math.min(unread, 99))),
            ),
            h('span', { class: 'talk' }, h('b', {}, name), h('small', {}, words)),
            h('time', {}, at ? stampText(at, now) : ''),
          ],
          open,
          { class: 'home-row', testid },
        ),
      ),
    ),
  )
}

/** 服务通知: what mini programs and accounts that are not followed wrote. `phone` opens things, as for bubbles. */
export function serviceThread(entries, phone, { back, now }) {
  const lines = h('div', { class: 'lines', role: 'log', 'aria-label': t('serviceNotices'), tabindex: 0 })
  const element = h(
    'div',
    { class: 'screen chat service', testid: 'service' },
    h(
      'div',
      { class: 'bar' },
      button(icon('back', 22), back, { class: 'tool', 'aria-label': t('back'), testid: 'service-back' }),
      h('div', { class: 'bar-title' }, t('serviceNotices')),
      h('span', { class: 'tool', 'aria-hidden': 'true' }, icon('more', 22)),
    ),
    lines,
  )
  const show = (entry) => {
    const card = entry.content.kind === 'notice' ? entry.content : plainNotice(entry.content)
    lines.append(
      h('div', { class: 'stamp' }, stampText(entry.at, now())),
      h(
        'div',
        { class: 'line wide', testid: 'service-notice', data: { via: entry.via, n: entry.n } },
        notice(card, phone, entry.appName),
      ),
    )
    lines.scrollTop = lines.scrollHeight
  }
  for (const entry of entries) show(entry)
  new ResizeObserver(() => {
    lines.scrollTop = lines.scrollHeight
  }).observe(lines)
  return { element, show }
}

function plainNotice(content) {
  return { title: content.text ?? content.title ?? '', fields: [] }
}

/** The banner that drops from the top when a notice arrives elsewhere; a tap opens it. */
export function banner(entry, open) {
  return button(
    [
      h('span', { class: 'banner-icon', 'aria-hidden': 'true' }, icon('bell', 20)),
      h(
        'span',
        { class: 'talk' },
        h('b', {}, `${t('serviceNotices')} · ${entry.appName}`),
        h('small', {}, gist(entry.content)),
      ),
    ],
    open,
    { class: 'banner', role: 'status', testid: 'banner' },
  )
}

/** A line of a chat in a few words, as the list of chats shows it. */
export function gist(content) {
  if (!content) return ''
  switch (content.kind) {
    case 'text':
    case 'system':
      return content.text
    case 'notice':
      return content.lead ?? content.title
    case 'article':
    case 'link':
      return content.title
    case 'card':
      return `[${t('miniProgram')}] ${content.title}`
    case 'menu':
      return content.head
    case 'location':
      return `[${t('place')}]`
    default:
      return `[${t(content.kind === 'image' ? 'photo' : content.kind)}]`
  }
}
