import type { StaffContent } from '../../core/corp-update.js'
import { unreachable } from '../../core/errors.js'
import { text } from '../../core/message.js'
import type { ConversationRow, DeskChannel, EntryContent } from '../model.js'
import type { Boxes } from './box.js'
import type { createCarry } from './carry.js'
import type { MediaType, RelayPorts, StaffReply } from './ports.js'
import { mapUrl } from './render.js'
import { refusedText } from './words.js'

/** What each service takes from us besides text, links and cards. */
const TAKES: Record<DeskChannel, ReadonlySet<MediaType>> = {
  'official-account': new Set(['image', 'voice', 'video']),
  kf: new Set(['image', 'voice', 'video']),
  'mini-program': new Set(['image']),
}

/** Gives what a staff member wrote to the desk, as something the person's service can carry. */
export function createAnswers({
  desk,
  boxes,
  carry,
}: Pick<RelayPorts, 'desk'> & { boxes: Boxes; carry: Pick<ReturnType<typeof createCarry>, 'toPerson'> }) {
  /** At most once for a key. Gives what the staff member has to know, if anything. */
  async function give(given: {
    conversation: ConversationRow
    staff: string
    content: StaffContent
    key: string
  }): Promise<StaffReply> {
    const { conversation, staff, key } = given
    const ready = await contentOf(given.content, conversation)
    if ('failed' in ready) return text(ready.failed)
    const said = await desk().say({ conversation: conversation._id, staff, content: ready.content, key })
    if (said.outcome === 'refused') return text(`没有发出：${refusedText(said.reason)}`)
    await boxes.wrote(staff, conversation._id)
    return ready.why === undefined ? undefined : text(ready.why)
  }

  async function contentOf(
    content: StaffContent,
    { account, channel }: ConversationRow,
  ): Promise<{ content: EntryContent; why?: string } | { failed: string }> {
    switch (content.kind) {
      case 'text':
        return { content: { kind: 'text', text: content.text } }
      case 'image':
      case 'voice':
      case 'video':
      case 'file': {
        const { kind: type, mediaId } = content
        const name = content.kind === 'file' ? { name: content.name } : {}
        const carried = await carry.toPerson({ type, mediaId, ...name }, { account, takes: TAKES[channel] })
        return carried.how === 'failed' ? { failed: carried.why } : carried
      }
      case 'location': {
        const { latitude, longitude, label } = content
        return { content: { kind: 'text', text: `位置：${label}\n${mapUrl(latitude, longitude, label)}` } }
      }
      case 'link': {
        const { title, description, url, picture } = content
        if (!/^https?:\/\//.test(url)) return { failed: '链接没有发出：地址不完整' }
        return { content: { kind: 'link', title: title === '' ? url : title, description, url, picture } }
      }
      default:
        return unreachable(content)
    }
  }

  return { give }
}

/** Gives what staff wrote to the desk. */
export type Answers = ReturnType<typeof createAnswers>
