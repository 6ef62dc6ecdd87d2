import { frequency } from '../../../rules/wecom/endpoints.js'
import { randomText } from '../../ids.js'
import { type Answer, type CorpCall, type CorpEndpoint, corpOk, needQuery, Refusal } from './answer.js'

const TICKET_MS = 7_200_000

/** What the platform tells of itself and of the app, and the tickets of pages. */
export const serverEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/getcallbackip': { method: 'GET', run: () => corpOk({ ip_list: ['127.0.0.1'] }) },
  '/cgi-bin/get_api_domain_ip': { method: 'GET', run: () => corpOk({ ip_list: ['127.0.0.1'] }) },
  '/cgi-bin/agent/get': { method: 'GET', run: app },
  '/cgi-bin/get_jsapi_ticket': { method: 'GET', run: (call) => ticket(call, 'corp') },
  '/cgi-bin/ticket/get': { method: 'GET', run: agentTicket },
}

function app(call: CorpCall): Answer {
  const { corp } = call
  if (needQuery(call, 'agentid') !== String(corp.options.agentId)) throw new Refusal(301002)
  const users = [...corp.staff.values()].filter((staff) => staff.active && staff.inRange)
  return corpOk({
    agentid: corp.options.agentId,
    name: corp.options.name,
    square_logo_url: '',
    description: '',
    allow_userinfos: { user: users.map(({ id }) => ({ userid: id })) },
    allow_partys: { partyid: [1] },
    close: corp.settings.closed ? 1 : 0,
    redirect_domain: URL.canParse(corp.options.callbackUrl) ? new URL(corp.options.callbackUrl).host : '',
    report_location_flag: 0,
    isreportenter: 1,
    home_url: '',
  })
}

function agentTicket(call: CorpCall): Answer {
  if (call.query.get('type') !== 'agent_config') throw new Refusal(42012, 'type')
  return ticket(call, 'agent')
}

/** The same ticket inside its life; 400 an hour for the corporation's, 100 for the app's. */
function ticket({ corp, now }: CorpCall, kind: 'corp' | 'agent'): Answer {
  const perHour = kind === 'corp' ? frequency.corpTicketsPerHour.value : frequency.agentTicketsPerHour.value
  if (!corp.rates.take(`ticket ${kind}`, now, { perHour })) throw new Refusal(45009)
  const known = corp.tickets.get(kind)
  const live = known && known.until > now ? known : { ticket: `${kind}-${randomText(80)}`, until: now + TICKET_MS }
  corp.tickets.set(kind, live)
  return corpOk({ ticket: live.ticket, expires_in: Math.floor((live.until - now) / 1000) })
}
