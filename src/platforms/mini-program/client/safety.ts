import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { characters, isLink, some } from '../../official-account/client/check.js'
import { fieldsOf, idIn, numberOf, textOf } from '../../official-account/client/read.js'

/** Where people see what is checked. */
export type SafetyScene = 'profile' | 'comment' | 'forum' | 'social'

/** What the platform thinks of a content. */
export interface SafetyVerdict {
  suggest: 'pass' | 'review' | 'risky'
  /** 100 fine, 10001 ad, 20001 politics, 20002 porn, 20003 abuse, 20006 crime, 20008 fraud, 20012 vulgar, 20013 copyright. */
  label: number
  traceId: string
}

/** Content security; only a mini program has it. */
export interface Safety {
  /** At most 2500 characters, of somebody who was in the mini program in the last 2 h (61010). 4000 a minute. */
  checkText(ask: { openid: string; scene: SafetyScene; content: string; nickname?: string }): Promise<SafetyVerdict>
  /** A picture or sound of up to 10 MB behind a public address. The verdict comes as event `wxa_media_check` with this id. */
  checkMedia(ask: { openid: string; scene: SafetyScene; url: string; kind: 'image' | 'audio' }): Promise<string>
}

const TEXT = '/wxa/msg_sec_check'
const MEDIA = '/wxa/media_check_async'
const SCENES = { profile: 1, comment: 2, forum: 3, social: 4 } as const
const VERSION = 2
const FINE = 100

/** The group's methods on an API. */
export function safety(api: WeChatApi): Safety {
  return {
    checkText: async ({ openid, scene, content, nickname }) => {
      some(TEXT, 'content', characters(content), limits.checkedText)
      const json = {
        version: VERSION,
        openid,
        scene: SCENES[scene],
        content,
        ...(nickname !== undefined && { nickname }),
      }
      const answer = await api.call(TEXT, { json })
      const result = fieldsOf(answer['result'])
      return {
        suggest: suggestOf(result),
        label: numberOf(result, 'label') || FINE,
        traceId: textOf(answer, 'trace_id'),
      }
    },
    checkMedia: async ({ openid, scene, url, kind }) => {
      isLink(MEDIA, 'url', url)
      const json = {
        version: VERSION,
        media_url: url,
        media_type: kind === 'audio' ? 1 : 2,
        openid,
        scene: SCENES[scene],
      }
      return idIn(MEDIA, await api.call(MEDIA, { json }), 'trace_id')
    },
  }
}

/** Anything the platform does not call fine needs a look. */
function suggestOf(result: Record<string, unknown>): SafetyVerdict['suggest'] {
  const suggest = result['suggest']
  return suggest === 'pass' || suggest === 'risky' ? suggest : 'review'
}
