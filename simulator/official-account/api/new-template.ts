import { limits } from '../../../rules/official-account/limits.js'
import { randomText } from '../../ids.js'
import { type JsonRecord, list, text } from '../../json.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { categories, libraryTemplates } from './library.js'
import { posted } from './posted.js'

/** Subscription templates: the same paths for service accounts and mini programs. */
export const newTemplateEndpoints: Record<string, Endpoint> = {
  '/wxaapi/newtmpl/getcategory': own('GET', () => ok({ data: categories })),
  '/wxaapi/newtmpl/getpubtemplatetitles': own('GET', titles),
  '/wxaapi/newtmpl/getpubtemplatekeywords': own('GET', keywords),
  '/wxaapi/newtmpl/addtemplate': own('POST', posted(add)),
  '/wxaapi/newtmpl/gettemplate': own('GET', inUse),
  '/wxaapi/newtmpl/deltemplate': own('POST', posted(remove)),
}

function own(method: Endpoint['method'], run: Endpoint['run']): Endpoint {
  return { method, capability: 'subscription-notices', run }
}

function titles({ query }: Call): Answer {
  const ids = (query.get('ids') ?? '').split(',').map(Number)
  const start = Number(query.get('start'))
  const limit = Number(query.get('limit'))
  if (!(start >= 0) || !(limit >= 1 && limit <= limits.subscriptionTitlePage.value)) return fail(47003)
  const found = libraryTemplates.filter((item) => ids.includes(item.categoryId))
  const data = found.slice(start, start + limit).map(({ tid, title, type, categoryId }) => ({
    tid,
    title,
    type,
    categoryId: String(categoryId),
  }))
  return ok({ count: found.length, data })
}

function keywords({ query }: Call): Answer {
  const found = libraryTemplates.find((item) => String(item.tid) === query.get('tid'))
  return found ? ok({ count: found.keywords.length, data: found.keywords }) : fail(40037)
}

function add(call: Call, body: JsonRecord): Answer {
  const found = libraryTemplates.find((item) => String(item.tid) === String(body['tid']))
  if (!found) return fail(40037)
  const kids = list(body, 'kidList') ?? []
  if (kids.length < 2 || kids.length > limits.subscriptionKeywords.value) return fail(47003)
  const chosen = kids.map((kid) => found.keywords.find((item) => item.kid === Number(kid)))
  if (chosen.includes(undefined)) return fail(47003)
  const scene = text(body, 'sceneDesc') ?? ''
  if (scene === '' || [...scene].length > limits.subscriptionScene.value) return fail(47003)
  const lines = chosen.flatMap((item) => (item ? [`${item.name}:{{${item.rule}${item.kid}.DATA}}`] : []))
  const id = randomText(43)
  const made = { id, title: found.title, content: lines.join('\n'), type: found.type }
  recordsOf(call.account).subscriptionTemplates.set(id, made)
  return ok({ priTmplId: id })
}

function inUse(call: Call): Answer {
  const data = [...recordsOf(call.account).subscriptionTemplates.values()].map((item) => ({
    priTmplId: item.id,
    title: item.title,
    content: item.content,
    example: item.content.replace(/\{\{\w+\.DATA\}\}/g, '示例'),
    type: item.type,
    keywordEnumValueList: [],
  }))
  return ok({ data })
}

function remove(call: Call, body: JsonRecord): Answer {
  const gone = recordsOf(call.account).subscriptionTemplates.delete(text(body, 'priTmplId') ?? '')
  return gone ? ok() : fail(40037)
}
