import { button, h, picture, safeUrl } from './dom.js'
import { icon } from './icons.js'
import { t } from './words.js'

/**
 * One line of the chat as an element. `phone` opens things: openUrl(url, title), openMini(card), openImage(url),
 * tapChoice(item).
 */
export function line(entry, phone) {
  const { content, from } = entry
  const testid = `bubble-${content.kind}`
  const data = { from, via: entry.via, n: entry.n }
  if (content.kind === 'system') return h('div', { class: 'line system', testid, data }, h('span', {}, content.text))
  const body = WIDE.has(content.kind) ? wide(content, phone) : bubble(content, phone, from)
  if (WIDE.has(content.kind)) return h('div', { class: 'line wide', testid, data }, body)
  const side = from === 'follower' ? 'mine' : 'theirs'
  return h('div', { class: `line ${side}`, testid, data }, phone.avatar(from), body)
}

const WIDE = new Set(['article', 'notice'])

function wide(content, phone) {
  return content.kind === 'article' ? article(content, phone) : notice(content, phone)
}

function bubble(content, phone, from) {
  switch (content.kind) {
    case 'text':
      return h('div', { class: 'bubble text' }, richText(content.text, phone))
    case 'image':
      return button(picture(content.url, 'photo', t('image')), () => phone.openImage(content.url), { class: 'bare' })
    case 'voice':
      return voice(content, from)
    case 'video':
      return video(content, phone)
    case 'music':
      return music(content)
    case 'card':
      return card(content, phone)
    case 'menu':
      return choices(content, phone)
    case 'link':
      return link(content, phone)
    case 'location':
      return place(content)
    default:
      return h('div', { class: 'bubble text' }, JSON.stringify(content))
  }
}

const LINKS = /<a\s+([^<>]*)>([^<>]*)<\/a>|(https?:\/\/[\w\-./?%&=#:@~+,;!]+)/g

/** Text with the links WeChat allows: `<a href>`, `<a data-miniprogram-appid>` and bare addresses. */
function richText(text, phone) {
  const parts = []
  let at = 0
  for (const match of text.matchAll(LINKS)) {
    parts.push(text.slice(at, match.index))
    parts.push(anchor(match, phone))
    at = match.index + match[0].length
  }
  return [...parts, text.slice(at)]
}

function anchor([whole, attributes, label, address], phone) {
  const get = (name) => new RegExp(`${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes ?? '')?.[1]
  const appid = attributes && get('data-miniprogram-appid')
  if (appid) {
    const card = { appid, appName: label, path: get('data-miniprogram-path') ?? '' }
    return button(label, () => phone.openMini(card), { class: 'text-link' })
  }
  const url = safeUrl(address ?? get('href'))
  if (!url) return whole
  return button(label ?? address, () => phone.openUrl(url, label ?? address), { class: 'text-link' })
}

function voice(content, from) {
  const mark = icon('waves', 20)
  const length = h('span', {}, `${content.seconds}″`)
  const element = h(
    'div',
    { class: `bubble voice ${from}`, 'aria-label': `${t('voice')} ${content.seconds}` },
    mark,
    length,
  )
  element.style.width = `${Math.min(210, 72 + content.seconds * 3)}px`
  if (!content.recognition) return element
  return h('div', { class: 'stack' }, element, h('div', { class: 'bubble text heard' }, content.recognition))
}

function video(content, phone) {
  const cover = picture(content.thumb, 'photo', t('video'))
  const label = [cover, h('span', { class: 'play' }, icon('play', 30))]
  return h(
    'div',
    { class: 'stack' },
    button(label, () => phone.openUrl(safeUrl(content.url), content.title || t('video')), {
      class: 'bare video',
      'aria-label': t('video'),
    }),
    content.title && h('div', { class: 'caption' }, content.title),
  )
}

function music(content) {
  const words = h('div', { class: 'words' }, h('b', {}, content.title), h('span', {}, content.description))
  return h('div', { class: 'bubble music' }, picture(content.thumb, 'square'), words, icon('note', 22))
}

function card(content, phone) {
  return button(
    [
      h('div', { class: 'app' }, h('span', { class: 'app-icon' }, icon('mini', 14)), content.appName),
      h('div', { class: 'card-title' }, content.title),
      picture(content.thumb, 'card-thumb', content.title),
      h('div', { class: 'card-foot' }, icon('mini', 12), t('miniProgram')),
    ],
    () => phone.openMini(content),
    { class: 'bubble card' },
  )
}

function choices(content, phone) {
  return h(
    'div',
    { class: 'bubble text menu' },
    h('div', {}, richText(content.head, phone)),
    content.items.map((item) =>
      button(item.text, () => phone.tapChoice(item), { class: 'text-link choice', testid: 'choice' }),
    ),
    content.tail && h('div', {}, richText(content.tail, phone)),
  )
}

function link(content, phone) {
  const words = h('div', { class: 'words' }, h('b', {}, content.title), h('span', {}, content.description))
  const thumb = content.thumb ? picture(content.thumb, 'square') : h('div', { class: 'square glyph' }, icon('link', 24))
  return button([words, thumb], () => phone.openUrl(safeUrl(content.url), content.title), { class: 'bubble link' })
}

function place(content) {
  const words = h(
    'div',
    { class: 'words place-words' },
    h('b', {}, content.label || t('place')),
    `${content.lat}, ${content.lon}`,
  )
  return h('div', { class: 'bubble place' }, words, h('div', { class: 'map' }, icon('place', 30)))
}

function article(content, phone) {
  const open = () => phone.openUrl(safeUrl(content.url), content.title)
  if (content.more) return articles(content, phone, open)
  const words = h('div', { class: 'article-words' }, h('div', { class: 'article-title' }, content.title))
  if (content.digest) words.append(h('div', { class: 'article-digest' }, content.digest))
  return button([content.cover && picture(content.cover, 'cover', content.title), words], open, { class: 'article' })
}

/** A mass message of several articles: the first over its picture, the others in rows below. */
function articles(content, phone, open) {
  const first = button(
    [picture(content.cover, 'cover', content.title), h('span', { class: 'article-over' }, content.title)],
    open,
    { class: 'article-first' },
  )
  const rows = content.more.map((item) =>
    button(
      [h('span', { class: 'article-name' }, item.title), picture(item.cover, 'square', item.title)],
      () => phone.openUrl(safeUrl(item.url), item.title),
      { class: 'article-row' },
    ),
  )
  return h('div', { class: 'article several' }, first, rows)
}

/**
 * A service notice as WeChat draws it: title, fields, and where it leads. `sender` is the mini program above the title
 * in 服务通知.
 */
export function notice(content, phone, sender) {
  const rows = content.fields.map(({ label, value }) =>
    h('span', { class: 'field' }, label && h('span', {}, label), h('b', {}, value)),
  )
  const opens = content.miniProgram ?? content.url
  const open = () =>
    content.miniProgram ? phone.openMini(content.miniProgram) : phone.openUrl(safeUrl(content.url), content.title)
  const head =
    sender !== undefined &&
    h(
      'span',
      { class: 'notice-sender' },
      h('span', { class: 'app-icon', 'aria-hidden': 'true' }, icon('mini', 14)),
      h('span', {}, sender),
      icon('more', 16),
    )
  const foot =
    opens &&
    h(
      'span',
      { class: 'notice-foot' },
      content.miniProgram && h('span', { class: 'app-icon', 'aria-hidden': 'true' }, icon('mini', 14)),
      h('span', {}, content.miniProgram ? t('enterMini') : t('detail')),
      icon('chevron', 15),
    )
  const parts = [
    head,
    h('span', { class: 'notice-title' }, content.title),
    content.lead && h('span', { class: 'notice-lead' }, content.lead),
    h('span', { class: 'fields' }, rows),
    foot,
  ]
  return opens ? button(parts, open, { class: 'notice', testid: 'notice-open' }) : h('div', { class: 'notice' }, parts)
}
