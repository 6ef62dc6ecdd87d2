import { limits } from '../../../../rules/official-account/limits.js'
import { recordOf } from '../../shared/answer-json.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { atMost, filled, whole } from './check.js'
import { dateOf, idIn, numberOf, textOf } from './read.js'

/** A code that followers scan (带参数的二维码). */
export interface SceneCode {
  /** Fetches the picture; see `imageUrl`. */
  ticket: string
  /** What the code says: draw it yourself as PNG or SVG. */
  url: string
  /** Seconds; undefined for a permanent code. */
  expiresIn?: number
}

/** Codes with a scene; a scan or follow comes back with it. Verified service accounts only. */
export interface Codes {
  /** At most 30 days. The scene is 1 to 64 characters. */
  temporary(scene: string, seconds: number): Promise<SceneCode>
  /** An account has 100,000 of them in all, and none can be deleted. */
  permanent(scene: string): Promise<SceneCode>
  /** The picture's public address (JPG). */
  imageUrl(ticket: string): string
  /** Keeps up to 4 KB of text behind a key of 15 characters, at most 30 days: for what a scene has no room for. */
  shorten(text: string, seconds: number): Promise<string>
  /** The text behind a short key, and how long it is still kept. */
  expand(shortKey: string): Promise<{ text: string; createdAt: Date; expiresIn: number }>
}

const PATH = '/cgi-bin/qrcode/create'
const SHORTEN = '/cgi-bin/shorten/gen'

/** The group's methods on an API. */
export function codes(api: WeChatApi): Codes {
  return {
    temporary: async (scene, seconds) => {
      checkScene(scene)
      const longest = limits.sceneDays.value * 86_400
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > longest) {
        throw refusedBefore(PATH, 'seconds', `must be 1 to ${longest}`, `须为 1 至 ${longest} 秒`)
      }
      return codeOf(await api.createTmpQRCode(scene, seconds))
    },
    permanent: async (scene) => {
      checkScene(scene)
      return codeOf(await api.createLimitQRCode(scene))
    },
    imageUrl: (ticket) => api.page('mp', '/cgi-bin/showqrcode', { ticket }),
    shorten: async (text, seconds) => {
      filled(SHORTEN, 'text', text)
      atMost(SHORTEN, 'text', Buffer.byteLength(text), limits.shortKeyBytes)
      whole(SHORTEN, 'seconds', seconds, 1, limits.shortKeySeconds)
      return idIn(SHORTEN, await api.call(SHORTEN, { json: { long_data: text, expire_seconds: seconds } }), 'short_key')
    },
    expand: async (shortKey) => {
      const answer = await api.call('/cgi-bin/shorten/fetch', { json: { short_key: shortKey } })
      return {
        text: textOf(answer, 'long_data'),
        createdAt: dateOf(answer, 'create_time'),
        expiresIn: numberOf(answer, 'expire_seconds'),
      }
    },
  }
}

function checkScene(scene: string): void {
  const length = [...scene].length
  const longest = limits.sceneText.value
  if (length < 1 || length > longest) {
    throw refusedBefore(PATH, 'scene', `must be 1 to ${longest} characters`, `须为 1 至 ${longest} 个字符`)
  }
}

function codeOf(answer: unknown): SceneCode {
  const fields = recordOf(answer) ?? {}
  const expires = fields['expire_seconds']
  return {
    ticket: String(fields['ticket'] ?? ''),
    url: String(fields['url'] ?? ''),
    ...(expires !== undefined && { expiresIn: Number(expires) }),
  }
}
