import { miniProgramOf, visitorOf } from '../mini-program/mini-program.js'
import { miniGrant } from '../mini-program/people.js'
import { show } from '../official-account/follower.js'
import { deliver } from '../official-account/push/deliver.js'
import { message } from '../official-account/push/events.js'
import { mediaContent, mediaUrl } from '../official-account/show-media.js'
import { type Act, ControlError, type Person } from './person.js'
import { keep } from './say.js'

/** What somebody writes to a mini program's customer service; these are all the kinds it takes. */
export type MiniUtterance =
  | { kind: 'text'; text: string }
  | { kind: 'image'; file?: string | undefined }
  /** The page from which she writes, as a card. */
  | { kind: 'card'; title: string; path: string }

/** The person as the account's mini program knows her. */
export function inMini(person: Person, appid: string | undefined): Person {
  const mini = miniProgramOf(person.account, appid)
  if (!mini) throw new ControlError(404, `there is no mini program ${appid ?? ''}`)
  return { ...person, account: mini, follower: visitorOf(mini, person.follower) }
}

/**
 * Writes to the customer service of the account's mini program: opens its window of 48 h and is pushed to the mini
 * program's own address, where it has one. While its own staff talk with her (transfer_customer_service) nothing is pushed.
 */
export function sayInMini(person: Person, utterance: MiniUtterance, appid?: string): Act {
  const visitor = inMini(person, appid)
  const { platform, account, follower } = visitor
  const now = platform.clock.now()
  const grant = { trigger: 'message' as const, ...miniGrant('message', now) }
  follower.grants = [...follower.grants.filter((item) => item.trigger !== 'message'), grant]
  follower.lastMessageAt = now
  const { type, fields, content } = compose(visitor, utterance, now)
  const silent = account.options.callbackUrl === '' || follower.staffUntil > now
  const act: Act = silent ? {} : deliver(platform, account, follower, message(type, fields, now))
  const via = { from: 'follower', via: 'follower' } as const
  show(platform.bus, account.options.id, follower, { at: now, ...via, content, exchange: act.exchange?.id })
  return act
}

function compose(person: Person, utterance: MiniUtterance, now: number) {
  const { account, platform } = person
  switch (utterance.kind) {
    case 'text':
      return {
        type: 'text',
        fields: { Content: utterance.text },
        content: { kind: 'text' as const, text: utterance.text },
      }
    case 'image': {
      const media = keep(person, 'image', utterance.file, now)
      const PicUrl = platform.baseUrl + mediaUrl(account, media.id)
      return { type: 'image', fields: { PicUrl, MediaId: media.id }, content: mediaContent(account, media) }
    }
    case 'card': {
      const { title, path } = utterance
      const { appid, name } = account.options
      const media = keep(person, 'image', undefined, now)
      const thumb = mediaUrl(account, media.id)
      const fields = { Title: title, AppId: appid, PagePath: path, ThumbUrl: platform.baseUrl + thumb }
      return {
        type: 'miniprogrampage',
        fields: { ...fields, ThumbMediaId: media.id },
        content: { kind: 'card' as const, title, appid, appName: name, path, thumb },
      }
    }
  }
}
