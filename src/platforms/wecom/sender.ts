import type { WecomConfig } from '../../config/schema.js'
import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Downloads } from '../shared/download.js'
import { createMediaIds, type MediaLaw } from '../shared/media-ids.js'
import type { MediaStore } from '../shared/media-store.js'
import { wecomMediaLimits } from './client/media.js'
import type { WecomClient } from './client.js'
import { createStaffDeliver, type StaffMediaType } from './deliver.js'
import type { Sender } from './index.js'

/** What the sending side of an app works with. */
export interface AppSenderOptions {
  account: string
  client: WecomClient
  mediaStore: MediaStore
  /** `content/media`; nothing outside it is read. */
  mediaDir: string
  downloads: Downloads
  clock: Clock
  log: Logger
}

const KINDS: Record<StaffMediaType, MediaLaw> = {
  image: { maxBytes: wecomMediaLimits.image.value, formats: ['image/jpeg', 'image/png'] },
  voice: { maxBytes: wecomMediaLimits.voice.value, formats: ['audio/amr'] },
  video: { maxBytes: wecomMediaLimits.video.value, formats: ['video/mp4'] },
}

/** The sending side of a self-built app: messages to staff, the token fetched ahead. */
export function createAppSender(options: AppSenderOptions): Sender {
  const { account, client, log, clock, downloads } = options
  const media = createMediaIds({
    account,
    kinds: KINDS,
    upload: (type: StaffMediaType, file) => client.media.upload(type, file),
    store: options.mediaStore,
    dir: options.mediaDir,
    downloads,
    clock,
    log,
  })
  return {
    deliver: createStaffDeliver({ messages: client.messages, media }),
    warm: async () => {
      try {
        await client.tokens.get()
      } catch (error) {
        log.warn({ account, reason: messageOf(error) }, 'no access token yet; run weloop doctor')
      }
    },
    close: () => client.close(),
  }
}

/** The sending side of a smart bot: it answers its questions and speaks at no other time. */
export function createBotSender(bot: WecomConfig & { kind: 'bot' }): Sender {
  const reason = `the smart bot ${bot.botId} only answers; send by a self-built app of the corporation`
  return {
    deliver: async () => ({ state: 'failed', reason }),
    warm: async () => undefined,
    close: async () => undefined,
  }
}
