import { limits } from '../../../rules/official-account/limits.js'
import { number, record, text } from '../../json.js'
import { addCode, type Scene } from '../codes.js'
import { type Answer, type Call, type Endpoint, fail, jsonBody } from './answer.js'

/** Codes with a scene. */
export const qrcodeEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/qrcode/create': { method: 'POST', capability: 'scene-codes', run: create },
}

const MAX_PERMANENT_ID = 100_000
const DEFAULT_LIFE_S = 60
const DAY_S = 86_400

function create(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const action = text(parsed.body, 'action_name')
  const scene = sceneOf(action, record(record(parsed.body, 'action_info'), 'scene'))
  if (!scene) return fail(40053)
  const permanent = action === 'QR_LIMIT_SCENE' || action === 'QR_LIMIT_STR_SCENE'
  const asked = number(parsed.body, 'expire_seconds') ?? DEFAULT_LIFE_S
  const life = Math.min(Math.max(1, asked), limits.sceneDays.value * DAY_S)
  const code = addCode(call.account, scene, permanent, call.now, life * 1000)
  return { ticket: code.ticket, ...(permanent ? {} : { expire_seconds: life }), url: code.url }
}

function sceneOf(action: string | undefined, given: Record<string, unknown> | undefined): Scene | undefined {
  const id = number(given, 'scene_id') ?? 0
  const words = text(given, 'scene_str') ?? ''
  switch (action) {
    case 'QR_SCENE':
      return Number.isInteger(id) && id > 0 && id <= 0xffffffff ? { id, text: '' } : undefined
    case 'QR_LIMIT_SCENE':
      return Number.isInteger(id) && id > 0 && id <= MAX_PERMANENT_ID ? { id, text: '' } : undefined
    case 'QR_STR_SCENE':
    case 'QR_LIMIT_STR_SCENE':
      return words !== '' && [...words].length <= limits.sceneText.value ? { id: 0, text: words } : undefined
    default:
      return undefined
  }
}
