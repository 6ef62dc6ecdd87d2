import { button, h, picture, safeUrl } from '../dom.js'
import { icon } from '../icons.js'
import { sign } from './icons.js'
import { deskContents, deskGist } from './kf/contents.js'
import { inline, markdown } from './markdown.js'
import { templateCard } from './template-card.js'
import { w } from './words.js'

/**
 * What an entry of a conversation carries, as an element. `world` gives openUrl(url, title), openMini(card),
 * openImage(url), nameOf(userid) and press({key, selected}).
 */
export function content(made, world) {
  return (DRAW[made.kind] ?? unknown)(made, world)
}

const DRAW = {
  ...deskContents,
  text: (made, world) => h('div', { class: 'bubble text' }, inline(made.text, world)),
  markdown: (made, world) => h('div', { class: 'bubble plain-card' }, markdown(made.text, world)),
  card: (made, world) => templateCard(made, world),
  news: articles,
  image: (made, world) =>
    button(picture(made.url, 'photo', w('picture')), () => world.openImage(made.url), {
      class: 'bare',
      'aria-label': w('picture'),
      testid: 'corp-image',
    }),
  voice: (made, world) => file(made, icon('voice', 24), world),
  video: (made, world) => file(made, icon('play', 24), world),
  file: (made, world) => file(made, sign('file', 24), world),
  link,
  'mini-program': mini,
  notice,
  location: (made) =>
    h('div', { class: 'bubble link' }, words(made.label, `${made.latitude}, ${made.longitude}`), glyph(icon('place'))),
}

function unknown(made) {
  return h('div', { class: 'bubble text' }, JSON.stringify(made))
}

function words(title, under) {
  return h('span', { class: 'words' }, h('b', {}, title), under && h('span', {}, under))
}

function glyph(mark) {
  return h('span', { class: 'square glyph', 'aria-hidden': 'true' }, mark)
}

/** Articles of an app: one is a card with its text, several stand below each other. A card of text only has no picture. */
function articles({ articles: list }, world) {
  return h(
    'div',
    { class: list.length > 1 ? 'tcard several' : 'tcard' },
    list.map((item) => {
      const open = item.appid
        ? () => world.openMini({ appid: item.appid, appName: w('mini'), path: item.path ?? '', title: item.title })
        : () => world.openUrl(safeUrl(item.url), item.title)
      return button(
        [
          item.picture && picture(item.picture, 'tc-image'),
          h('span', { class: 'tc-title' }, h('b', {}, item.title), plainLines(item.description)),
          list.length === 1 && h('span', { class: 'text-card-foot' }, w('detail'), icon('chevron', 14)),
        ],
        open,
        { class: 'tc-body', testid: 'corp-article' },
      )
    }),
  )
}

/** The description of a text card: lines in div with a class, or with br. */
function plainLines(text = '') {
  return text
    .split(/<br\s*\/?>|\n|<\/div>/)
    .map((part) => ({
      kind: /class=["'](gray|highlight)["']/.exec(part)?.[1] ?? 'normal',
      text: part.replace(/<[^>]*>/g, '').trim(),
    }))
    .filter((part) => part.text !== '')
    .map((part) => h('small', { class: part.kind }, part.text))
}

function file(made, mark, world) {
  const url = safeUrl(made.url)
  const inside = [words(made.name || w(made.kind), w(made.kind)), glyph(mark)]
  return url
    ? button(inside, () => world.openUrl(url, made.name), { class: 'bubble link' })
    : h('div', { class: 'bubble link' }, inside)
}

function link(made, world) {
  const thumb = made.picture ? picture(made.picture, 'square') : glyph(icon('link', 24))
  return button([words(made.title, made.description), thumb], () => world.openUrl(safeUrl(made.url), made.title), {
    class: 'bubble link',
    testid: 'corp-link',
    data: { url: made.url ?? '' },
  })
}

function mini(made, world) {
  return button(
    [
      h('span', { class: 'app' }, h('span', { class: 'app-icon' }, icon('mini', 14)), w('mini')),
      h('span', { class: 'card-title' }, made.title),
      picture(made.picture, 'card-thumb', made.title),
      h('span', { class: 'card-foot' }, icon('mini', 12), w('mini')),
    ],
    () => world.openMini({ appid: made.appid, appName: w('mini'), path: made.path ?? '', title: made.title }),
    { class: 'bubble card', testid: 'corp-mini' },
  )
}

function notice(made, world) {
  const open = () => world.openMini({ appid: made.appid, appName: w('mini'), path: made.path ?? '', title: made.title })
  return button(
    [
      h('span', { class: 'tc-title' }, h('b', {}, made.title), h('small', {}, made.description ?? '')),
      h(
        'span',
        { class: 'tc-rows' },
        made.items.map((item) => h('span', { class: 'tc-row' }, h('i', {}, item.name), h('b', {}, item.value))),
      ),
    ],
    open,
    { class: 'tcard tc-body' },
  )
}

/** A message in a few words, as a list of chats shows it. */
export function gist(made) {
  if (!made) return ''
  const atDesk = deskGist(made)
  if (atDesk !== undefined) return atDesk
  switch (made.kind) {
    case 'text':
      return made.text
    case 'markdown':
      return made.text
        .replace(/<font[^>]*>|<\/font>|[*`#>]/g, '')
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .trim()
    case 'card':
      return made.card.main_title?.title ?? made.card.sub_title_text ?? `[${w('card')}]`
    case 'news':
      return made.articles[0]?.title ?? ''
    case 'link':
      return `[${w('link')}] ${made.title}`
    case 'mini-program':
      return `[${w('mini')}] ${made.title}`
    case 'notice':
      return made.title
    case 'location':
      return `[${w('place')}] ${made.label}`
    default:
      return `[${w(made.kind === 'image' ? 'picture' : made.kind)}]`
  }
}
