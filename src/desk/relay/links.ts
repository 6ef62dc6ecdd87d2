import { createHmac, timingSafeEqual } from 'node:crypto'
import { limits } from '../../../rules/wecom/limits.js'
import type { Clock } from '../../core/clock.js'
import type { EntryMedia } from '../model.js'
import type { FetchedMedia, RelayLinks, RelayMedia } from './ports.js'

/** Files of conversations, by addresses that only those have who were given them. */
export interface MediaLinks extends RelayLinks {
  /** The file of an address's last part; undefined when it was never given out, is over, or the file is gone. */
  open(token: string): Promise<FetchedMedia | undefined>
}

const LIFE_S = limits.mediaDays.value * 86_400

interface Claim {
  /** Account, media id, name, and when it ends, in seconds. */
  a: string
  m: string
  n?: string
  e: number
}

/** Signed addresses under `<publicUrl>/desk/media/`; good for as long as the platforms keep the file. */
export function createMediaLinks(options: {
  publicUrl: string | undefined
  secret: string
  clock: Clock
  media: Pick<RelayMedia, 'fetch'>
}): MediaLinks {
  const { publicUrl, secret, clock, media } = options
  const now = () => Math.floor(clock.now().getTime() / 1000)
  const sign = (body: string) => createHmac('sha256', secret).update(`desk-media:${body}`).digest('base64url')

  function claimOf(token: string): Claim | undefined {
    const [body = '', signature = ''] = token.split('.')
    const [given, right] = [Buffer.from(signature), Buffer.from(sign(body))]
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as Claim
  }

  return {
    of(account, { mediaId, url }: EntryMedia, name) {
      if (mediaId === undefined) return url
      if (publicUrl === undefined || publicUrl === '') return undefined
      const claim: Claim = {
        a: account,
        m: mediaId,
        ...(name !== undefined && { n: name.slice(0, 80) }),
        e: now() + LIFE_S,
      }
      const body = Buffer.from(JSON.stringify(claim)).toString('base64url')
      return `${publicUrl.replace(/\/$/, '')}/desk/media/${body}.${sign(body)}`
    },
    async open(token) {
      const claim = claimOf(token)
      if (!claim || claim.e < now()) return undefined
      const found = await media.fetch(claim.a, { mediaId: claim.m }).catch(() => undefined)
      return found && { ...found, ...(claim.n !== undefined && { name: claim.n }) }
    },
  }
}
