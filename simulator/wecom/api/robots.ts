import { createHash } from 'node:crypto'
import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { type JsonRecord, record } from '../../json.js'
import { sniff } from '../../official-account/media.js'
import type { CorpContent } from '../content.js'
import type { Robot } from '../state.js'
import { show } from '../thread.js'
import { type Answer, bodyOf, type CorpCall, type CorpEndpoint, corpOk, needText, Refusal, subject } from './answer.js'
import { appContent } from './app-content.js'
import { cardOf } from './card.js'
import { fileIn } from './media.js'
import { mediaAddress } from './message.js'

const MINUTE_MS = 60_000

/** Robots of internal groups (消息推送): the key is the password. */
export const robotEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/webhook/send': { method: 'POST', open: true, run: send },
  '/cgi-bin/webhook/upload_media': { method: 'POST', open: true, run: upload },
}

/** 93000 no such robot, 93004 switched off. */
function robotIn(call: CorpCall): Robot {
  const robot = call.corp.robots.get(call.query.get('key') ?? '')
  if (!robot) throw new Refusal(93000)
  if (!robot.active) throw new Refusal(93004)
  subject(call, robot.key)
  return robot
}

function send(call: CorpCall): Answer {
  const { corp, now, scene } = call
  const robot = robotIn(call)
  const body = bodyOf(call)
  const content = contentOf(call, robot, body)
  robot.sent = robot.sent.filter((at) => now - at < MINUTE_MS)
  if (corp.settings.quotas === 'real' && robot.sent.length >= limits.robotPerMinute.value) throw new Refusal(45009)
  robot.sent.push(now)
  const where = { about: 'robot', id: robot.key, thread: robot.thread } as const
  show(scene, where, { from: 'robot', by: robot.key, name: robot.name, via: 'robot', content })
  return corpOk()
}

function contentOf(call: CorpCall, robot: Robot, body: JsonRecord): CorpContent {
  const type = needText(body, 'msgtype', 40008)
  const inner = record(body, type)
  if (!inner) throw new Refusal(40008, type)
  const text = () => needText(inner, 'content', 44004)
  switch (type) {
    case 'text':
      return { kind: 'text', text: atMost(text(), limits.robotTextBytes.value) }
    case 'markdown':
    case 'markdown_v2':
      return { kind: 'markdown', text: atMost(text(), limits.robotMarkdownBytes.value) }
    case 'image':
      return picture(call, inner)
    case 'news':
      return appContent(call, body, type)
    case 'file':
    case 'voice':
      return appContent(call, body, type, robot.key)
    case 'template_card': {
      const card = cardOf(inner)
      if (!['text_notice', 'news_notice'].includes(String(card['card_type']))) throw new Refusal(40058, 'card_type')
      return { kind: 'card', card, state: 'open' }
    }
    default:
      throw new Refusal(40008, type)
  }
}

function atMost(text: string, bytes: number): string {
  if (Buffer.byteLength(text) > bytes) throw new Refusal(45002)
  return text
}

/** A picture in the body itself: base64 with the MD5 of its bytes, JPG or PNG, at most 2 MB. */
function picture(call: CorpCall, inner: JsonRecord): CorpContent {
  const bytes = Buffer.from(needText(inner, 'base64', 44004), 'base64')
  const contentType = sniff(bytes)
  if (bytes.length > limits.robotImageBytes.value) throw new Refusal(45001)
  if (contentType !== 'image/png' && contentType !== 'image/jpeg') throw new Refusal(301015)
  const md5 = createHash('md5').update(bytes).digest('hex')
  if (md5 !== needText(inner, 'md5')) throw new Refusal(40058, 'md5')
  const about = { kind: 'image', use: 'picture', contentType, filename: 'picture', createdAt: call.now } as const
  return { kind: 'image', url: mediaAddress(call, call.corp.media.add({ ...about, bytes })) }
}

function upload(call: CorpCall): Answer {
  const robot = robotIn(call)
  const type = call.query.get('type')
  if (type !== 'file' && type !== 'voice') throw new Refusal(40058, 'type')
  const media = call.corp.media.add({ ...fileIn(call, type), use: robot.key })
  return corpOk({ type, media_id: media.id, created_at: String(seconds(call.now)) })
}
