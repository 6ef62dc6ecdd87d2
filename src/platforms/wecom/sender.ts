import type { WecomConfig } from '../../config/accounts.js'
import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Downloads } from '../shared/download.js'
import type { MediaFolders } from '../shared/media-ids.js'
import type { MediaStore } from '../shared/media-store.js'
import type { WecomClient } from './client.js'
import { createStaffDeliver, type StaffDeliverOptions } from './deliver.js'
import type { Sender } from './index.js'
import { createStaffMedia } from './staff-media.js'

/** What the sending side of an app works with. */
export interface AppSenderOptions {
  account: string
  client: WecomClient
  mediaStore: MediaStore
  /** `content/media`; nothing outside it is read. */
  mediaDir: MediaFolders
  downloads: Downloads
  clock: Clock
  log: Logger
  cardSent?: StaffDeliverOptions['cardSent']
}

/** The sending side of a self-built app: messages to staff, the token fetched ahead. */
export function createAppSender(options: AppSenderOptions): Sender {
  const { account, client, log, cardSent } = options
  const media = createStaffMedia(options)
  return {
    deliver: createStaffDeliver({ messages: client.messages, media, cardSent }),
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
