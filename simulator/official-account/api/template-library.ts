import { limits } from '../../../rules/official-account/limits.js'
import { randomText } from '../../ids.js'
import { type JsonRecord, list, text } from '../../json.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { libraryTemplates } from './library.js'
import { posted } from './posted.js'

const templates = (run: Endpoint['run'], method: Endpoint['method'] = 'POST'): Endpoint => ({
  method,
  capability: 'template-messages',
  run,
})

/** Taking templates into use, and what the platform kept back (nothing here). */
export const templateLibraryEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/template/api_add_template': templates(posted(add)),
  '/cgi-bin/template/del_private_template': templates(posted(remove)),
  '/cgi-bin/template/api_set_industry': templates(posted(setIndustry)),
  '/cgi-bin/template/get_industry': templates(industry, 'GET'),
  '/wxa/sec/queryblocktmplmsg': templates(posted(() => ok({ msginfo: [] }))),
}

const INDUSTRIES = 41

function add(call: Call, body: JsonRecord): Answer {
  const { options } = call.account
  const found = libraryTemplates.find((item) => String(item.tid) === String(body['template_id_short']))
  if (!found) return fail(40037)
  const inUse = options.templates ?? []
  if (inUse.length >= limits.templates.value) return fail(45026)
  const names = list(body, 'keyword_name_list')
  const keywords = names ? names.map((name) => found.keywords.find((item) => item.name === name)) : found.keywords
  if (keywords.length === 0 || keywords.includes(undefined)) return fail(47003, 'argument invalid! keyword_name_list')
  const lines = keywords.flatMap((item) => (item ? [`${item.name}:{{${item.rule}${item.kid}.DATA}}`] : []))
  const made = { id: randomText(43), title: found.title, content: lines.join('\n') }
  options.templates = [...inUse, made]
  return ok({ template_id: made.id })
}

function remove(call: Call, body: JsonRecord): Answer {
  const { options } = call.account
  const kept = (options.templates ?? []).filter((item) => item.id !== text(body, 'template_id'))
  if (kept.length === options.templates?.length) return fail(40037)
  options.templates = kept
  return ok()
}

function setIndustry(call: Call, body: JsonRecord): Answer {
  const ids = [Number(body['industry_id1']), Number(body['industry_id2'])]
  if (ids.some((id) => !(id >= 1 && id <= INDUSTRIES))) return fail(40102, 'invalid industry id')
  recordsOf(call.account).industries = [String(ids[0]), String(ids[1])]
  return ok()
}

function industry(call: Call): Answer {
  const { industries } = recordsOf(call.account)
  if (!industries) return { primary_industry: {}, secondary_industry: {} }
  const [first, second] = industries
  return {
    primary_industry: { first_class: 'IT科技', second_class: `行业 ${first}` },
    secondary_industry: { first_class: '消费品', second_class: `行业 ${second}` },
  }
}
