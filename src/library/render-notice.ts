import { fieldFault } from '../../rules/official-account/fields.js'
import { limits } from '../../rules/official-account/limits.js'
import { withQuery } from './card.js'
import { fillIn, oneLine } from './expression.js'
import { characters } from './fields.js'
import type { NoticeField, ReadyNotice } from './notice.js'

/** A notice filled with data: what the platform is given. */
export interface RenderedNotice {
  fields: Record<string, string>
  url?: string
  miniProgram?: { appid: string; path: string }
}

/** Why a notice cannot be sent with this data. Holds no value of the data: it may be logged and shown. */
export interface NoticeProblem {
  /** The field's name, or `url`, `params.NAME`. */
  field: string
  reason: 'missing' | 'format' | 'too-long' | 'refused'
  /** Chinese, for the marketer. */
  message: string
  length?: number
  limit?: number
  /** Where the platform says so. */
  source?: string
}

/**
 * Fills a notice with data. All problems are told at once. A value that is longer than its field takes is a problem,
 * never a silent cut, unless the author wrote `shorten: true`; then it ends in `…`. `pagePath` is opened in place of the
 * notice's own page of its mini program.
 */
export function renderNotice(
  notice: Pick<ReadyNotice, 'fields' | 'url' | 'page'>,
  data: unknown,
  timeZone = 'Asia/Shanghai',
  pagePath?: string,
): RenderedNotice | { problems: NoticeProblem[] } {
  const problems: NoticeProblem[] = []
  const fields: Record<string, string> = {}
  for (const field of notice.fields) {
    const value = fieldValue(field, data, timeZone)
    if (typeof value === 'string') fields[field.key] = value
    else problems.push(value)
  }
  const rendered: RenderedNotice = { fields }
  if (notice.url) {
    const filled = fillIn(notice.url, data, timeZone, encode)
    if ('text' in filled) rendered.url = filled.text
    else problems.push({ field: 'url', reason: filled.code, message: filled.message })
  }
  if (notice.page && pagePath !== undefined) {
    rendered.miniProgram = { appid: notice.page.appid, path: pagePath }
    problems.push(...tooLong('page', pagePath, limits.cardPathBytes))
  } else if (notice.page) {
    const params: Record<string, string> = {}
    for (const [name, expression] of Object.entries(notice.page.params)) {
      const filled = fillIn(expression, data, timeZone)
      if ('text' in filled) params[name] = filled.text
      else problems.push({ field: `params.${name}`, reason: filled.code, message: filled.message })
    }
    const path = withQuery(notice.page.path, params)
    rendered.miniProgram = { appid: notice.page.appid, path }
    problems.push(...tooLong('page', path, limits.cardPathBytes))
  }
  problems.push(...tooLong('url', rendered.url ?? '', limits.menuUrlBytes))
  return problems.length > 0 ? { problems } : rendered
}

/**
 * A notice's own words as a message in a conversation, with a link to its page below them: for people with an open
 * window whom the notice itself cannot reach. A notice without `text` has none.
 */
export function renderText(
  notice: Pick<ReadyNotice, 'text' | 'url' | 'page' | 'fields'>,
  data: unknown,
  pagePath?: string,
  timeZone = 'Asia/Shanghai',
): { text: string } | { problems: NoticeProblem[] } {
  const filled = fillIn(notice.text ?? [], data, timeZone)
  if (!('text' in filled)) return { problems: [{ field: 'text', reason: filled.code, message: filled.message }] }
  const target = renderNotice({ ...notice, fields: [] }, data, timeZone, pagePath)
  if ('problems' in target) return target
  const { miniProgram, url } = target
  const href = url ?? ''
  if (miniProgram) {
    const { appid, path } = miniProgram
    const attributes = `href="${attribute(href)}" data-miniprogram-appid="${attribute(appid)}" data-miniprogram-path="${attribute(path)}"`
    return { text: `${filled.text}\n<a ${attributes}>查看详情</a>` }
  }
  return { text: href === '' ? filled.text : `${filled.text}\n${href}` }
}

const attribute = (value: string) => value.replaceAll('"', '%22').replaceAll('<', '%3C')

function fieldValue(field: NoticeField, data: unknown, timeZone: string): string | NoticeProblem {
  const { key } = field
  const filled = fillIn(field.value, data, timeZone)
  if (!('text' in filled)) return { field: key, reason: filled.code, message: filled.message }
  let value = oneLine(filled.text)
  let fault = fieldFault(key, value)
  if (fault?.limit !== undefined && field.shorten) {
    value = shorten(value, fault.limit)
    fault = fieldFault(key, value)
  }
  if (fault === undefined) return value
  const { limit, length, zh, source } = fault
  return {
    field: key,
    reason: limit === undefined ? 'refused' : 'too-long',
    message: zh,
    length,
    source,
    ...(limit !== undefined && { limit }),
  }
}

/** At most `max` characters, the last one `…`; a joined emoji or an accented letter is kept whole or dropped whole. */
function shorten(value: string, max: number): string {
  let kept = ''
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(value)) {
    if (characters(kept) + characters(segment) > max - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

const encode = (value: string) => encodeURIComponent(value)

function tooLong(field: string, text: string, rule: { value: number; source: string }): NoticeProblem[] {
  const length = Buffer.byteLength(text)
  if (length <= rule.value) return []
  const message = `有 ${length} 字节，最多 ${rule.value} 字节`
  return [{ field, reason: 'too-long', message, length, limit: rule.value, source: rule.source }]
}
