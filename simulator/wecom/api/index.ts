import type { Request } from '../../official-account/api/index.js'
import { type Platform, pause } from '../../platform.js'
import { type Corp, sceneOf } from '../corp.js'
import { deskEndpoints } from '../kf/api/index.js'
import { sweepDesk } from '../kf/sessions.js'
import { sweep } from '../transfers.js'
import { type Answer, type CorpCall, type CorpEndpoint, corpFail, Refusal } from './answer.js'
import { chatEndpoints } from './chats.js'
import { contactWayEndpoints } from './contact-ways.js'
import { contactEndpoints } from './contacts.js'
import { groupSendEndpoints } from './group-send.js'
import { groupWelcomeEndpoints } from './group-welcomes.js'
import { groupEndpoints } from './groups.js'
import { joinWayEndpoints } from './join-ways.js'
import { loginEndpoints } from './logins.js'
import { mediaEndpoints } from './media.js'
import { messageEndpoints } from './messages.js'
import { momentEndpoints } from './moments.js'
import { robotEndpoints } from './robots.js'
import { serverEndpoints } from './servers.js'
import { tagEndpoints } from './tags.js'
import { gate, getToken, isCrowded, tokenProblem } from './token.js'
import { transferEndpoints } from './transfer.js'
import { welcomeEndpoints } from './welcome.js'

const GETTOKEN = '/cgi-bin/gettoken'

const endpoints = new Map<string, CorpEndpoint>(
  Object.entries({
    ...chatEndpoints,
    ...contactEndpoints,
    ...contactWayEndpoints,
    ...deskEndpoints,
    ...groupEndpoints,
    ...groupSendEndpoints,
    ...groupWelcomeEndpoints,
    ...joinWayEndpoints,
    ...loginEndpoints,
    ...mediaEndpoints,
    ...messageEndpoints,
    ...momentEndpoints,
    ...robotEndpoints,
    ...serverEndpoints,
    ...tagEndpoints,
    ...transferEndpoints,
    ...welcomeEndpoints,
  }),
)

/** Paths that Official Accounts have too: there a token decides whose call it is. */
const SHARED = new Set([
  '/cgi-bin/media/upload',
  '/cgi-bin/media/get',
  '/cgi-bin/media/uploadimg',
  '/cgi-bin/getcallbackip',
  '/cgi-bin/get_api_domain_ip',
])
const OFFICIAL_TOKEN = /^\d\d_/

/** The corporation a call is made to: by corpid, by the key of a robot, or by the token. Undefined: no call of WeCom. */
export function corpOfCall(platform: Platform, { path, query, now }: Request): Corp | undefined {
  const [first] = platform.corps.values()
  if (!first) return undefined
  const corps = [...platform.corps.values()]
  if (path === GETTOKEN) return corps.find((corp) => corp.options.corpid === query.get('corpid')) ?? first
  const endpoint = endpoints.get(path)
  if (endpoint?.open) return corps.find((corp) => corp.robots.has(query.get('key') ?? '')) ?? first
  const token = query.get('access_token') ?? ''
  const owner = corps.find((corp) => corp.tokens.check(token, now) !== undefined)
  if (owner || !endpoint) return owner
  return SHARED.has(path) && (OFFICIAL_TOKEN.test(token) || token === '') ? undefined : first
}

/** Carries a call out: token, address, frequency, right, then what the API does. */
export async function answerCorpCall(request: Request, corp: Corp): Promise<Answer> {
  const { platform, path } = request
  corp.underWay.set(path, (corp.underWay.get(path) ?? 0) + 1)
  try {
    if (isCrowded(corp, path)) return corpFail(45033)
    if (corp.settings.latencyMs > 0) await pause(platform, corp.settings.latencyMs)
    return carryOut(request, corp)
  } finally {
    corp.underWay.set(path, (corp.underWay.get(path) ?? 1) - 1)
  }
}

function carryOut(request: Request, corp: Corp): Answer {
  const { platform, path, now } = request
  if (path === GETTOKEN) return getToken(platform, request)
  const endpoint = endpoints.get(path)
  if (!endpoint) return corpFail(path.startsWith('/cgi-bin/kf/') ? 48002 : 48005)
  if (endpoint.method !== request.method) return corpFail(40058, `${path} is called by ${endpoint.method}`)
  if (!endpoint.open) {
    const refused = tokenProblem(corp, request.query.get('access_token'), now) ?? gate(corp, request)
    if (refused !== undefined) return corpFail(refused, undefined, request.ip)
    if (endpoint.feature && !corp.settings.allowed[endpoint.feature]) return corpFail(48002)
  }
  const call = request as CorpCall
  call.corp = corp
  call.scene = { ...sceneOf(platform, corp), now }
  sweep(call.scene)
  sweepDesk(call.scene)
  try {
    return endpoint.run(call)
  } catch (error) {
    if (error instanceof Refusal) return corpFail(error.errcode, error.message || undefined, request.ip)
    throw error
  }
}
