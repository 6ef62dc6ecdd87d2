import { createHash } from 'node:crypto'
import { limits } from '../../../../rules/wecom/limits.js'
import type { Clock } from '../../../core/clock.js'
import { unreachable } from '../../../core/errors.js'
import type { MediaFile } from '../../shared/media-ids.js'
import { fileBody } from '../../shared/request-body.js'
import { paced, refusedBefore, WecomApiError } from '../errors.js'
import type { WecomApi } from './api.js'
import { type NewsItem, wireNews } from './app-message.js'
import { atMost, bytesAtMost, filled, some } from './check.js'
import { checkFile } from './media.js'
import { createPace } from './pace.js'
import { idIn } from './read.js'
import type { TemplateCard } from './template-card.js'
import { wireCard } from './template-card-wire.js'

/** A message of a group robot (群机器人, 消息推送). */
export type RobotMessage =
  /** At most 2048 bytes; members or phone numbers are mentioned, `@all` everybody. */
  | { type: 'text'; text: string; mention?: readonly string[]; mentionMobiles?: readonly string[] }
  /** At most 4096 bytes. `rich`: tables and lists, but no colours and no mentions. */
  | { type: 'markdown'; text: string; rich?: boolean }
  /** JPG or PNG, at most 2 MB. */
  | { type: 'image'; bytes: Buffer }
  /** 1 to 8. */
  | { type: 'news'; articles: readonly NewsItem[] }
  /** Ids of this robot's own upload. */
  | { type: 'file' | 'voice'; mediaId: string }
  | { type: 'card'; card: TemplateCard & { kind: 'notice' | 'picture' } }

/**
 * Robots of internal groups by their webhook key, which is a password: nobody who has it is asked who they are.
 * 20 messages a minute each; a call beyond rejects before it leaves with `quota`, counted in the memory of this process.
 */
export interface Robots {
  send(key: string, message: RobotMessage, options?: { signal?: AbortSignal }): Promise<void>
  /** A file up to 20 MB or a voice up to 2 MB, for this robot only; the id is good for 3 days. */
  upload(key: string, type: 'file' | 'voice', file: MediaFile): Promise<string>
}

const SEND = '/cgi-bin/webhook/send'
const UPLOAD = '/cgi-bin/webhook/upload_media'
const MINUTE_MS = 60_000

/** The key in a robot's address; a key alone is taken as it is. Undefined when it is neither. */
export function robotKey(addressOrKey: string): string | undefined {
  const url = URL.canParse(addressOrKey) ? new URL(addressOrKey) : undefined
  const key = url ? (url.searchParams.get('key') ?? '') : addressOrKey
  return /^[0-9A-Za-z-]{8,64}$/.test(key) ? key : undefined
}

/** The group's methods on an API. */
export function robots(api: WecomApi, clock: Clock): Robots {
  const pace = createPace(clock, [{ most: limits.robotPerMinute.value, spanMs: MINUTE_MS }])
  return {
    send: async (key, message, { signal } = {}) => {
      checkKey(SEND, key)
      const json = wireMessage(message)
      const full = pace.take([key])
      if (full) {
        const { value, source } = limits.robotPerMinute
        const reason = {
          en: `the robot has sent ${value} messages in this minute (${source})`,
          zh: `该机器人本分钟已发 ${value} 条（依据 ${source}）`,
        }
        throw paced(SEND, reason, full.waitMs)
      }
      try {
        await api.open(SEND, { query: { key }, json, repeat: 1, ...(signal && { signal }) })
      } catch (error) {
        if (error instanceof WecomApiError && error.class === 'not-sent') pace.giveBack([key])
        throw error
      }
    },
    upload: async (key, type, file) => {
      checkKey(UPLOAD, key)
      checkFile(UPLOAD, file, type === 'file' ? limits.mediaFileBytes : limits.mediaVoiceBytes)
      const answer = await api.open(UPLOAD, { query: { key, type }, body: fileBody(file), deadlineMs: MINUTE_MS })
      return idIn(UPLOAD, answer, 'media_id')
    },
  }
}

function checkKey(endpoint: string, key: string): void {
  if (robotKey(key) !== key) {
    throw refusedBefore(endpoint, 'key', "must be the key of a robot's address", '须为机器人 webhook 地址中的 key')
  }
}

function wireMessage(message: RobotMessage): object {
  switch (message.type) {
    case 'text': {
      filled(SEND, 'text', message.text)
      bytesAtMost(SEND, 'text', message.text, limits.robotTextBytes)
      const { text, mention, mentionMobiles } = message
      const whom = {
        ...(mention && { mentioned_list: mention }),
        ...(mentionMobiles && { mentioned_mobile_list: mentionMobiles }),
      }
      return { msgtype: 'text', text: { content: text, ...whom } }
    }
    case 'markdown': {
      filled(SEND, 'text', message.text)
      bytesAtMost(SEND, 'text', message.text, limits.robotMarkdownBytes)
      const msgtype = message.rich === true ? 'markdown_v2' : 'markdown'
      return { msgtype, [msgtype]: { content: message.text } }
    }
    case 'image': {
      const { bytes } = message
      if (bytes.length === 0) throw refusedBefore(SEND, 'image', 'is empty', '不能为空')
      atMost(SEND, 'image', bytes.length, limits.robotImageBytes)
      const md5 = createHash('md5').update(bytes).digest('hex')
      return { msgtype: 'image', image: { base64: bytes.toString('base64'), md5 } }
    }
    case 'news':
      some(SEND, 'articles', message.articles.length, limits.robotArticles)
      return {
        msgtype: 'news',
        news: { articles: message.articles.map((item, at) => wireNews(SEND, `articles[${at}].`, item)) },
      }
    case 'file':
    case 'voice':
      filled(SEND, 'mediaId', message.mediaId)
      return { msgtype: message.type, [message.type]: { media_id: message.mediaId } }
    case 'card':
      return { msgtype: 'template_card', template_card: wireCard(SEND, message.card) }
    default:
      return unreachable(message)
  }
}
