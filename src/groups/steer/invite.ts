import { card, link, type Message, text } from '../../core/message.js'
import { mediaUrl } from '../../library/render.js'
import type { Way } from '../ways/ways.js'

/** Where the page of an invitation is. */
export const joinUrl = (publicUrl: string, token: string): string => `${publicUrl}/join/${token}`

/**
 * An invitation as a message: a link to our page with the code, the code itself as a picture, or the mini program's card,
 * whose page shows the join button (加入群聊) and is given the way's id as `way` and the invitation as `invite`.
 */
export function invitationOf(way: Way, token: string, publicUrl: string): Message {
  const { title, show } = way.definition
  const picture = show.picture === undefined ? (way.qrCode ?? '') : mediaUrl(publicUrl, show.picture)
  if (show.as === 'card' && show.card) {
    return card(show.card.slug, { ...show.card.params, way: way.configId ?? '', invite: token })
  }
  if (show.as === 'image' && way.qrCode !== undefined) return { kind: 'image', media: { url: way.qrCode } }
  return link({
    title: show.title ?? `邀请您加入「${title}」`,
    description: show.description ?? '点开后长按识别二维码，就能进群。',
    url: joinUrl(publicUrl, token),
    picture,
  })
}

/** A text of a rule set, with the group's name put in. */
export function toldAs(words: string, group = ''): Message {
  return text(words.replaceAll('{group}', group))
}
