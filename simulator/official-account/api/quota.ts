import { type JsonRecord, text } from '../../json.js'
import { type Answer, type Call, type Endpoint, fail, jsonBody, ok } from './answer.js'
import { posted } from './posted.js'

/** Clearing counts, with a token and with the app secret; looking a request up by its rid. */
export const quotaEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/openapi/quota/clear': { method: 'POST', run: posted(clearOne) },
  '/cgi-bin/clear_quota/v2': { method: 'POST', open: true, run: clearBySecret },
  '/cgi-bin/openapi/rid/get': { method: 'POST', run: posted(lookUp) },
}

const RID = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/
const WEEK_MS = 7 * 86_400_000

function clearOne(call: Call, body: JsonRecord): Answer {
  const path = text(body, 'cgi_path') ?? ''
  if (!path.startsWith('/')) return fail(40097)
  call.account.quotas.clearOne(path)
  return ok()
}

function clearBySecret(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  if (!call.account) return fail(40013)
  if (text(parsed.body, 'appsecret') !== call.account.options.secret) return fail(40125)
  return call.account.quotas.clear(call.now) ? ok() : fail(48006)
}

function lookUp(call: Call, body: JsonRecord): Answer {
  const rid = text(body, 'rid') ?? ''
  if (!RID.test(rid)) return fail(76002)
  const found = call.platform.exchanges.calls.list().find((item) => item.response.includes(rid))
  if (!found) return fail(76001)
  if (found.account !== call.account.options.id) return fail(76003)
  if (call.now - found.at > WEEK_MS) return fail(76004)
  return ok({
    request: {
      invoke_time: Math.floor(found.at / 1000),
      cost_in_ms: Math.round(found.ms),
      request_url: `${found.path}?${found.query}`,
      request_body: found.request,
      response_body: found.response,
      client_ip: call.ip,
    },
  })
}
