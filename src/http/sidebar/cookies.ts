import type { Context } from 'koa'

/** The side bar's two cookies; neither can be read by scripts, nor is sent along by other sites' requests. */
export interface Cookies {
  token(ctx: Context): string
  setToken(ctx: Context, token: string, lastsMs: number): void
  clearToken(ctx: Context): void
  /** The logins that this browser has begun, the newest last. */
  begun(ctx: Context): string[]
  /** Keeps the newest few: phones beside each other in one browser share the cookie. */
  setBegun(ctx: Context, states: readonly string[]): void
}

const MOST_BEGUN = 4
const LOGIN_SECONDS = 600

/** Cookies for an address; over https they have the names that no other host can set. */
export function createCookies(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith('https:')
  const [session, login] = ['session', 'login'].map((name) => `${secure ? '__Host-' : ''}weloop-sidebar-${name}`)
  const base = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  const set = (ctx: Context, name: string | undefined, value: string, seconds: number) =>
    ctx.append('Set-Cookie', `${name}=${value}; ${base}; Max-Age=${seconds}`)

  return {
    token: (ctx) => read(ctx, session),
    setToken: (ctx, token, lastsMs) => set(ctx, session, token, Math.round(lastsMs / 1000)),
    clearToken: (ctx) => set(ctx, session, '', 0),
    begun: (ctx) => read(ctx, login).split('.').filter(Boolean),
    setBegun: (ctx, states) =>
      states.length === 0
        ? set(ctx, login, '', 0)
        : set(ctx, login, states.slice(-MOST_BEGUN).join('.'), LOGIN_SECONDS),
  }
}

/** Only what we set ourselves has this form; anything else counts as absent. */
function read(ctx: Context, name: string | undefined): string {
  for (const pair of ctx.get('Cookie').split(';')) {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) continue
    const value = pair.slice(at + 1).trim()
    return /^[\w.-]{1,400}$/.test(value) ? value : ''
  }
  return ''
}
