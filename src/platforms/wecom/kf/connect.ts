import type { WecomKfConfig } from '../../../config/accounts.js'
import type { Clock } from '../../../core/clock.js'
import type { Logger } from '../../../core/log.js'
import type { Platform } from '../../platform.js'
import type { Downloads } from '../../shared/download.js'
import { createMediaIds, type MediaFolders, type MediaLaw } from '../../shared/media-ids.js'
import type { MediaStore } from '../../shared/media-store.js'
import { wecomMediaLimits } from '../client/media.js'
import type { WecomClient } from '../client.js'
import { createKfDeliver } from './deliver.js'
import { createKfCalls, type KfCalls } from './desk-calls.js'
import { createKf } from './index.js'
import type { KfMediaType } from './message.js'
import { createKfSource, type KfSource } from './source.js'

/** One customer-service account: how it is read, what can be done about its conversations, what it is set up with. */
export interface KfAccount extends KfSource, KfCalls {
  readonly account: string
  readonly settings: WecomKfConfig
}

/** What an account is connected with. */
export interface KfOptions {
  account: string
  settings: WecomKfConfig
  /** Of the corporation's app. */
  client: WecomClient
  mediaStore: MediaStore
  /** `content/media`; nothing outside it is read. */
  mediaDir: MediaFolders
  downloads: Downloads
  clock: Clock
  log: Logger
}

const KINDS: Record<KfMediaType, MediaLaw> = {
  image: { maxBytes: wecomMediaLimits.image.value, formats: ['image/jpeg', 'image/png'] },
  voice: { maxBytes: wecomMediaLimits.voice.value, formats: ['audio/amr'] },
  video: { maxBytes: wecomMediaLimits.video.value, formats: ['video/mp4'] },
}

/** Connects an account over its corporation's app. Media ids are good in the whole corporation: they are kept as the app's. */
export function connectKf(options: KfOptions): { platform: Platform; kf: KfAccount } {
  const { account, settings, client } = options
  const { openKfId } = settings
  const media = createMediaIds({
    account: settings.corp,
    kinds: KINDS,
    upload: (type: KfMediaType, file) => client.media.upload(type, file),
    store: options.mediaStore,
    dir: options.mediaDir,
    downloads: options.downloads,
    clock: options.clock,
    log: options.log,
  })
  return {
    platform: createKf(account, createKfDeliver({ openKfId, messages: client.deskMessages, media })),
    kf: {
      account,
      settings,
      ...createKfSource({ account, openKfId, client }),
      ...createKfCalls(openKfId, client),
    },
  }
}
