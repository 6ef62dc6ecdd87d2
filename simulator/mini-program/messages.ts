import { miniProgramLimits } from '../../rules/mini-program/limits.js'
import { limits } from '../../rules/official-account/limits.js'
import type { Content } from '../content.js'
import { type JsonRecord, record, text } from '../json.js'
import { type Answer, type Call, type Endpoint, fail, ok } from '../official-account/api/answer.js'
import { personOf, posted } from '../official-account/api/posted.js'
import { sendNotice } from '../official-account/api/subscription.js'
import { findMedia, mediaContent, mediaUrl } from '../official-account/show-media.js'
import { spend } from '../official-account/windows.js'
import { showInMini } from './service.js'

const own = (run: Endpoint['run']): Endpoint => ({ method: 'POST', run })

/** Subscribe messages and customer-service messages of a mini program. */
export const miniMessageEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/subscribe/send': own(posted(notice)),
  '/cgi-bin/message/custom/send': own(posted(send)),
  '/cgi-bin/message/custom/typing': own(posted(typing)),
}

const STATES = ['formal', 'trial', 'developer']

function notice(call: Call, body: JsonRecord): Answer {
  if (!STATES.includes(text(body, 'miniprogram_state') ?? 'formal')) return fail(47003)
  const page = text(body, 'page')
  const { appid, name } = call.account.options
  return sendNotice(call, body, page === undefined ? {} : { miniProgram: { appid, appName: name, path: page } })
}

function send(call: Call, body: JsonRecord): Answer {
  const visitor = personOf(call.account, body['touser'])
  if (!visitor) return fail(40003)
  call.follower = visitor.openid
  const content = readContent(call, body)
  if ('errcode' in content) return fail(content.errcode)
  const spent = spend(visitor.grants, call.now)
  if ('errcode' in spent) return fail(spent.errcode)
  visitor.grants = spent.grants
  showInMini(call.platform, call.account, visitor, { at: call.now, via: 'custom', content })
  return ok()
}

function readContent(call: Call, body: JsonRecord): Content | { errcode: number } {
  const type = text(body, 'msgtype') ?? ''
  const part = record(body, type)
  switch (type) {
    case 'text': {
      const words = text(part, 'content') ?? ''
      if (words === '') return { errcode: 44004 }
      return Buffer.byteLength(words) > limits.textBytes.value ? { errcode: 45002 } : { kind: 'text', text: words }
    }
    case 'image': {
      const media = findMedia(call.account, text(part, 'media_id') ?? '', ['image'], call.now)
      return media ? mediaContent(call.account, media) : { errcode: 40007 }
    }
    case 'link': {
      const url = text(part, 'url') ?? ''
      if (!URL.canParse(url)) return { errcode: 40066 }
      const thumb = text(part, 'thumb_url')
      return {
        kind: 'link',
        title: text(part, 'title') ?? '',
        description: text(part, 'description') ?? '',
        url,
        ...(thumb === undefined ? {} : { thumb }),
      }
    }
    case 'miniprogrampage': {
      const media = findMedia(call.account, text(part, 'thumb_media_id') ?? '', ['image', 'thumb'], call.now)
      const title = text(part, 'title') ?? ''
      if (!media) return { errcode: 40007 }
      if ([...title].length > miniProgramLimits.cardTitle.value) return { errcode: 45003 }
      const { appid, name } = call.account.options
      const path = text(part, 'pagepath') ?? ''
      return { kind: 'card', title, appid, appName: name, path, thumb: mediaUrl(call.account, media.id) }
    }
    default:
      return { errcode: 40008 }
  }
}

function typing(call: Call, body: JsonRecord): Answer {
  const command = text(body, 'command')
  if (command !== 'Typing' && command !== 'CancelTyping') return fail(45072)
  return personOf(call.account, body['touser']) ? ok() : fail(40003)
}
