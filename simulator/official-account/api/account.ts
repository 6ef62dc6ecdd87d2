import { limits } from '../../../rules/official-account/limits.js'
import { hex } from '../../ids.js'
import { text } from '../../json.js'
import { type Answer, type Call, type Endpoint, fail, jsonBody, ok } from './answer.js'

/** Calls about the account itself: addresses, quotas, tickets. */
export const accountEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/getcallbackip': { method: 'GET', run: addresses },
  '/cgi-bin/get_api_domain_ip': { method: 'GET', run: addresses },
  '/cgi-bin/callback/check': { method: 'POST', run: checkNetwork },
  '/cgi-bin/openapi/quota/get': { method: 'POST', run: quota },
  '/cgi-bin/clear_quota': { method: 'POST', run: clearQuota },
  '/cgi-bin/get_current_autoreply_info': {
    method: 'GET',
    run: () => ({ is_add_friend_reply_open: 0, is_autoreply_open: 0 }),
  },
  '/cgi-bin/ticket/getticket': { method: 'GET', run: ticket },
}

function addresses(): Answer {
  return { ip_list: ['127.0.0.1'] }
}

function checkNetwork(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const action = text(parsed.body, 'action') ?? ''
  const operator = text(parsed.body, 'check_operator') ?? 'DEFAULT'
  if (!['all', 'dns', 'ping'].includes(action)) return fail(40097)
  if (!['DEFAULT', 'CHINANET', 'UNICOM', 'CAP'].includes(operator)) return fail(40097)
  const dns = [{ ip: '127.0.0.1', real_operator: 'UNICOM' }]
  const ping = [{ ip: '127.0.0.1', from_operator: operator, package_loss: '0%', time: '1.000ms' }]
  return { ...(action === 'ping' ? {} : { dns }), ...(action === 'dns' ? {} : { ping }) }
}

function quota(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const path = text(parsed.body, 'cgi_path')
  return path?.startsWith('/') ? ok({ quota: call.account.quotas.use(path, call.now) }) : fail(40097)
}

function clearQuota(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  if (text(parsed.body, 'appid') !== call.account.options.appid) return fail(40013)
  return call.account.quotas.clear(call.now) ? ok() : fail(48006)
}

function ticket(call: Call): Answer {
  const type = call.query.get('type')
  if (type !== 'jsapi' && type !== 'wx_card') return fail(40097)
  const { account, now } = call
  if (!account.jsapiTicket || account.jsapiTicket.expiresAt <= now) {
    account.jsapiTicket = { ticket: hex(43), expiresAt: now + limits.tokenSeconds.value * 1000 }
  }
  const expiresIn = Math.floor((account.jsapiTicket.expiresAt - now) / 1000)
  return ok({ ticket: account.jsapiTicket.ticket, expires_in: expiresIn })
}
