import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Signs what stands in an invitation's address, so that nobody can guess or alter one. */
export interface Tokens {
  /** The id of an offer: the same for the same key, so that a handler that runs again offers the same. */
  idOf(key: string): string
  /** The offer's id, when it ends, and the signature over both: about 50 characters. */
  seal(id: string, until: Date): string
  /** Undefined for anything that was not sealed here. */
  open(token: string): { id: string; until: Date } | undefined
}

const ID_BYTES = 15
const MAC_BYTES = 16

/** Tokens under a key derived from the product's secret (32 bytes or more). */
export function createTokens(secret: Uint8Array): Tokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'weloop group invitations', 32))
  const mac = (about: string, text: string) => createHmac('sha256', key).update(`${about}\n${text}`).digest()
  const sign = (text: string) => mac('token', text).subarray(0, MAC_BYTES)

  return {
    idOf: (name) => mac('offer', name).subarray(0, ID_BYTES).toString('base64url'),
    seal(id, until) {
      const body = `${id}.${Math.floor(until.getTime() / 1000).toString(36)}`
      return `${body}.${sign(body).toString('base64url')}`
    },
    open(token) {
      const [, body = '', id = '', seconds = '', signature = ''] = FORM.exec(token) ?? []
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== MAC_BYTES || !timingSafeEqual(given, sign(body))) return undefined
      return { id, until: new Date(Number.parseInt(seconds, 36) * 1000) }
    },
  }
}

const FORM = /^(([\w-]{20})\.([0-9a-z]{1,9}))\.([\w-]{22})$/
