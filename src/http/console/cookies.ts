import type { RequestHead } from '../api/authenticate.js'

/** The console's cookies on one address. */
export interface Cookies {
  /** The session; also its half that waits for the second factor. */
  session: Cookie
  half: Cookie
  /** The mark of a browser in which somebody signed in before. */
  device: Cookie
  /** What a way over another site must bring back. */
  state: Cookie
}

/** One cookie. */
export interface Cookie {
  name: string
  read(head: Pick<RequestHead, 'header'>): string | undefined
  /** The header that sets it, for a time or until the browser closes. */
  set(value: string, maxAgeSeconds?: number): string
  clear(): string
}

/**
 * The cookies: with https they carry the prefix `__Host-` and `Secure`, so that no other host of the domain can set or
 * read them. Never readable by scripts; `state` comes back from another site (Lax), the others do not (Strict).
 */
export function createCookies({ https }: { https: boolean }): Cookies {
  const make = (plain: string, sameSite: 'Strict' | 'Lax' = 'Strict') =>
    cookie(
      https ? `__Host-${plain}` : plain.replace('-', '_'),
      `Path=/; HttpOnly; SameSite=${sameSite}${https ? '; Secure' : ''}`,
    )
  return {
    session: make('weloop-session'),
    half: make('weloop-half'),
    device: make('weloop-device'),
    state: make('weloop-state', 'Lax'),
  }
}

function cookie(name: string, attributes: string): Cookie {
  return {
    name,
    read(head) {
      const found = (head.header('cookie') ?? '').split(';').flatMap((part) => {
        const [key = '', value = ''] = part.trim().split('=', 2)
        return key === name && /^[\w.-]{1,512}$/.test(value) ? [value] : []
      })
      return found.length === 1 ? found[0] : undefined
    },
    set: (value, maxAge) => `${name}=${value}; ${attributes}${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  }
}
