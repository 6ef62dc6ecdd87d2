import { limits } from '../../../rules/wecom/limits.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Message } from '../../core/message.js'
import type { EntryContent } from '../model.js'
import type { Item } from './model.js'
import type { MediaType, RelayPorts } from './ports.js'

/** What can be put into the outbox now, or that it has to be tried again. */
export type Ready = readonly { message: Message; alternatives?: readonly Message[] }[] | 'later'

/** The words for kinds of media. */
export const MEDIA_WORDS: Record<MediaType | 'file', string> = {
  image: '图片',
  voice: '语音',
  video: '视频',
  file: '文件',
}

/** How a file of a staff member goes to the person. */
export type Carried =
  | { how: 'media'; content: EntryContent }
  /** As text with an address; `why` tells the staff member. */
  | { how: 'link'; content: EntryContent; why: string }
  | { how: 'failed'; why: string }

const TRIES = 3
const DAYS = limits.mediaDays.value

/** Carries media between a person's account and the corporation: fetched from one, uploaded to the other. */
export function createCarry({ media, links, corp, log }: Pick<RelayPorts, 'media' | 'links' | 'corp' | 'log'>) {
  /**
   * What a person sent, for staff. A file that the corporation does not take, or that cannot be had in three tries, is
   * said in words instead.
   */
  async function toStaff(item: Item & { kind: 'media' }, tries: number): Promise<Ready> {
    const { type, account } = item
    try {
      const { bytes } = await media.fetch(account, item.media)
      return [{ message: { kind: type, media: { mediaId: await media.put(corp, type, bytes) } } }]
    } catch (error) {
      if (!isFinal(error) && tries + 1 < TRIES) return 'later'
      log.warn({ account, type, reason: messageOf(error) }, 'a file was relayed as text')
      return [{ message: { kind: 'text', text: `${item.instead}（${unfitText(error)}）` } }]
    }
  }

  /** What a staff member sent, for the person on an account. */
  async function toPerson(
    file: { type: MediaType | 'file'; mediaId: string; name?: string },
    to: { account: string; takes: ReadonlySet<MediaType> },
  ): Promise<Carried> {
    const { type, mediaId, name } = file
    if (type === 'file' || !to.takes.has(type)) {
      return linked(file, type === 'file' ? '这个渠道不能直接发文件' : `这个渠道不能发${MEDIA_WORDS[type]}`)
    }
    for (let left = 1; ; left--) {
      try {
        const { bytes } = await media.fetch(corp, { mediaId })
        const id = await media.put(to.account, type, bytes)
        return { how: 'media', content: { kind: type, media: { mediaId: id } } }
      } catch (error) {
        if (isFinal(error)) return linked({ type, mediaId, ...(name !== undefined && { name }) }, unfitText(error))
        if (left > 0) continue
        log.warn({ account: to.account, type, reason: messageOf(error) }, 'a file of staff could not be carried')
        return { how: 'failed', why: `${MEDIA_WORDS[type]}没有发出：文件暂时取不到，请重发` }
      }
    }
  }

  function linked({ type, mediaId, name }: { type: MediaType | 'file'; mediaId: string; name?: string }, why: string) {
    const url = links.of(corp, { mediaId }, name)
    if (url === undefined) return { how: 'failed' as const, why: `${MEDIA_WORDS[type]}没有发出：${why}` }
    const what = name === undefined || name === '' ? MEDIA_WORDS[type] : `${MEDIA_WORDS[type]}「${name}」`
    const content: EntryContent = { kind: 'text', text: `${what}：${url}（${DAYS} 天内有效）` }
    return { how: 'link' as const, content, why: `${why}，已改发链接` }
  }

  return { toStaff, toPerson }
}

/** Trying again would not help: the file's size or format. */
const isFinal = (error: unknown) =>
  error instanceof AppError &&
  /^(?:media\.(?:size|format|gone)|download\.refused|\w+\.(?:request|media))$/.test(error.code)

function unfitText(error: unknown): string {
  const code = error instanceof AppError ? error.code : ''
  if (code === 'media.size') return '文件超过平台的大小限制'
  if (code === 'media.format') return '格式不受平台支持'
  if (code.endsWith('.request')) return '文件不符合平台的大小或格式要求'
  return '文件取不到'
}
