import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { MiniProgram, ResolvedMessage } from '../../core/message.js'
import type { Downloads } from '../shared/download.js'
import { createMediaIds, type MediaFolders, type MediaLaw, type MediaSource } from '../shared/media-ids.js'
import type { MediaStore } from '../shared/media-store.js'
import type { Attachment, CustomerMessage } from './client/attachments.js'
import type { GroupWelcome } from './client/group-welcomes.js'
import { wecomMediaLimits } from './client/media.js'
import type { MomentContent, MomentTask } from './client/moments.js'
import type { WecomClient } from './client.js'
import { type CustomerUse, joinedText, unfit } from './customer-fit.js'

export type { CustomerUse } from './customer-fit.js'

/** The prepared message of each use, as the client's methods take it. */
export interface PreparedFor {
  /** For `client.welcome.send` and `client.groupSend.create`. */
  message: CustomerMessage
  /** For `client.moments.create`, spread into the task. */
  moments: Pick<MomentTask, 'text' | 'content'>
  /** For `client.groupWelcomes.add` and `update`. */
  'group-welcome': GroupWelcome
}

/** Makes of our messages what one account may say to customers. */
export interface CustomerMessages {
  /**
   * What does not fit the use, a sentence each that names the place (`messages[1].title: ...`); empty when all fits.
   * Reads no file and uploads nothing: for checks of definitions.
   */
  problems(messages: readonly ResolvedMessage[], use: CustomerUse): string[]
  /**
   * The message, its media uploaded or known (ids are kept 2.5 days). Texts are joined by a line feed, everything else
   * becomes an attachment in the order given; nothing is ever cut. `fresh` uploads all media again, for when the platform
   * has refused an id (40007). Rejects with AppError `customer-message.unfit` that holds what `problems` says, AppError
   * `media.*` for a file that is missing or of a wrong kind or size, or as uploading does.
   */
  prepare<U extends CustomerUse>(
    messages: readonly ResolvedMessage[],
    use: U,
    options?: { fresh?: boolean },
  ): Promise<PreparedFor[U]>
}

export interface CustomerMessagesOptions {
  account: string
  client: { media: Pick<WecomClient['media'], 'upload' | 'uploadForMoments'> }
  mediaStore: MediaStore
  /** `content/media`; nothing outside it is read. */
  mediaDir: MediaFolders
  downloads: Downloads
  clock: Clock
  log: Logger
}

type MediaType = 'image' | 'video' | 'moments-image' | 'moments-video'
type IdOf = (media: MediaSource, type: MediaType) => Promise<string>

const PICTURE: MediaLaw = { maxBytes: wecomMediaLimits.image.value, formats: ['image/jpeg', 'image/png'] }
const FILM: MediaLaw = { maxBytes: wecomMediaLimits.video.value, formats: ['video/mp4'] }
const KINDS: Record<MediaType, MediaLaw> = {
  image: PICTURE,
  video: FILM,
  'moments-image': PICTURE,
  'moments-video': FILM,
}

/** The messages to customers of one account. Moments take ids of their own kind of upload. */
export function createCustomerMessages(options: CustomerMessagesOptions): CustomerMessages {
  const { account, client, clock, log, downloads } = options
  const media = createMediaIds<MediaType>({
    account,
    kinds: KINDS,
    upload: (type, file) => {
      switch (type) {
        case 'moments-image':
          return client.media.uploadForMoments('image', file)
        case 'moments-video':
          return client.media.uploadForMoments('video', file)
        default:
          return client.media.upload(type, file)
      }
    },
    store: options.mediaStore,
    dir: options.mediaDir,
    downloads,
    clock,
    log,
  })
  const known: IdOf = (source, type) => media.idOf(source, type)
  const anew: IdOf = async (source, type) => {
    const worn = await media.idOf(source, type)
    return (await media.replace(source, type, worn)) ?? worn
  }

  const by: { [U in CustomerUse]: (messages: readonly ResolvedMessage[], id: IdOf) => Promise<PreparedFor[U]> } = {
    message: async (messages, id) => {
      const attachments = await attached(messages, id)
      return { ...textIn(messages), ...(attachments.length > 0 && { attachments }) }
    },
    'group-welcome': async (messages, id) => {
      const [attachment] = await attached(messages, id)
      return { ...textIn(messages), ...(attachment && { attachment }) }
    },
    moments: async (messages, id) => {
      const content = await shown(messages, id)
      return { ...textIn(messages), ...(content && { content }) }
    },
  }

  return {
    problems: unfit,
    async prepare(messages, use, { fresh = false } = {}) {
      const wrong = unfit(messages, use)
      if (wrong.length > 0) {
        throw new AppError('customer-message.unfit', wrong.join('; '), {
          fix: '按提示改短或换一种内容 / shorten it or take another kind of content',
        })
      }
      return by[use](messages, fresh ? anew : known)
    },
  }
}

function textIn(messages: readonly ResolvedMessage[]): { text?: string } {
  const text = joinedText(messages)
  return text === '' ? {} : { text }
}

/** One after the other: a welcome of nine pictures shall not open nine uploads at once. */
async function attached(messages: readonly ResolvedMessage[], id: IdOf): Promise<Attachment[]> {
  const found: Attachment[] = []
  for (const message of messages) {
    switch (message.kind) {
      case 'image':
        found.push({ type: 'image', mediaId: await id(message.media, 'image') })
        break
      case 'video':
        found.push({ type: 'video', mediaId: await id(message.media, 'video') })
        break
      case 'link': {
        const { title, url, description, picture } = message
        found.push({
          type: 'link',
          title,
          url,
          ...(description !== '' && { description }),
          ...(picture !== '' && { picture }),
        })
        break
      }
      case 'mini-program':
        found.push(await cardOf(message, id))
        break
      default:
        break
    }
  }
  return found
}

async function cardOf({ title, appid, path, thumb }: MiniProgram, id: IdOf): Promise<Attachment> {
  return { type: 'mini-program', title, appid, path, pictureMediaId: await id(thumb, 'image') }
}

/** Pictures, a film or a link; `unfit` has refused mixtures. */
async function shown(messages: readonly ResolvedMessage[], id: IdOf): Promise<MomentContent | undefined> {
  const mediaIds: string[] = []
  for (const message of messages) {
    if (message.kind === 'link') {
      const { title, url, picture } = message
      return { type: 'link', title, url, coverMediaId: await id({ url: picture }, 'moments-image') }
    }
    if (message.kind === 'video') return { type: 'video', mediaId: await id(message.media, 'moments-video') }
    if (message.kind === 'image') mediaIds.push(await id(message.media, 'moments-image'))
  }
  return mediaIds.length > 0 ? { type: 'images', mediaIds } : undefined
}
