import { h, safeUrl } from '../dom.js'

const INLINE =
  /\*\*(.+?)\*\*|\[([^\]]*)\]\(([^)\s]+)\)|`([^`]+)`|<font color="(info|comment|warning)">(.*?)<\/font>|<@([\w.-]+)>|<a\s+href=["']([^"']+)["'][^>]*>([^<]*)<\/a>|(https?:\/\/[\w\-./?%&=#:@~+,;!]+)/g

/**
 * Text with the marks WeCom knows inside a line: bold, links, code, three colours and @ of a member. `world` gives
 * openUrl(url, title) and nameOf(userid).
 */
export function inline(text, world) {
  const parts = []
  let at = 0
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(at, match.index), mark(match, world))
    at = match.index + match[0].length
  }
  parts.push(text.slice(at))
  return parts.filter((part) => part !== '')
}

function mark([whole, bold, label, href, code, colour, coloured, member, plainHref, plainLabel, bare], world) {
  if (bold !== undefined) return h('b', {}, inline(bold, world))
  if (code !== undefined) return h('code', {}, code)
  if (colour !== undefined) return h('span', { class: `ink-${colour}` }, inline(coloured, world))
  if (member !== undefined) return h('span', { class: 'at-name' }, `@${world.nameOf(member)}`)
  const url = safeUrl(href ?? plainHref ?? bare)
  if (!url) return whole
  const words = label ?? plainLabel ?? bare
  return h('button', { type: 'button', class: 'text-link', on: { click: () => world.openUrl(url, words) } }, words)
}

/** A markdown message as WeCom shows it: headings, quotes, lists, tables and lines. */
export function markdown(text, world) {
  const parts = []
  let table
  for (const line of text.split('\n')) {
    const cells = /^\s*\|(.+)\|\s*$/.exec(line)?.[1]?.split('|')
    if (!cells) table = undefined
    if (cells) table = row(cells, table, parts, world)
    else parts.push(block(line, world))
  }
  return h('div', { class: 'markdown' }, parts)
}

function row(cells, table, parts, world) {
  if (cells.every((cell) => /^\s*:?-+:?\s*$/.test(cell))) return table
  const made = table ?? h('table', {})
  if (!table) parts.push(made)
  made.append(
    h(
      'tr',
      {},
      cells.map((cell) => h(table ? 'td' : 'th', {}, inline(cell.trim(), world))),
    ),
  )
  return made
}

function block(line, world) {
  const heading = /^(#{1,6})\s+(.*)$/.exec(line)
  if (heading) return h('p', { class: `heading h${Math.min(heading[1].length, 4)}` }, inline(heading[2], world))
  const quote = /^>\s?(.*)$/.exec(line)
  if (quote) return h('p', { class: 'quoted' }, inline(quote[1], world))
  const item = /^\s*(?:[-*]|(\d+)\.)\s+(.*)$/.exec(line)
  if (item) return h('p', { class: 'item' }, `${item[1] ? `${item[1]}.` : '•'} `, inline(item[2], world))
  return h('p', {}, inline(line, world))
}
