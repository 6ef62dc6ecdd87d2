import { AppError } from '../../core/errors.js'
import type { Address } from './http-client.js'

/** The two parts of a base, read off once. */
export interface Place {
  origin: string
  path: string
}

/** Origin and path of a base: reading them off a URL costs more than the rest of an address. */
export const placeOf = (base: URL): Place => ({ origin: base.origin, path: base.pathname.replace(/\/$/, '') })

/** The address of a path below the base; query values are percent-encoded. */
export function addressOf(base: URL, path: string, query: Record<string, string> = {}): Address {
  const { origin, path: below } = placeOf(base)
  return { origin, pathname: below + path, search: searchOf(query) }
}

/** A query string; values are percent-encoded, lone surrogates replaced. `before`: what it begins with. */
export function searchOf(query: Record<string, string> | undefined, before = ''): string {
  if (query === undefined) return before
  let search = before
  for (const [name, value] of Object.entries(query)) {
    search += `${search === '' ? '?' : '&'}${name}=${encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))}`
  }
  return search
}

/** The base of an API address. Throws AppError `config.apiBase` when the token would travel in the clear. */
export function baseOf(apiBase: string): URL {
  const base = new URL(apiBase)
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(base.hostname)
  if (base.protocol !== 'https:' && !local) {
    throw new AppError(
      'config.apiBase',
      `the API address ${base.origin} is not https: the access token would be readable on the way`,
      {
        fix: 'use the https address of the platform, or a simulator on 127.0.0.1',
      },
    )
  }
  return base
}
