const BASE = 'sidebar/api'
let word = ''

/** A refusal of our own server, in words for staff. */
export class Refused extends Error {
  constructor(status, code, message, fix) {
    super(message)
    this.status = status
    this.code = code
    this.fix = fix
  }
}

/** Who is logged in. Everything after it carries the session's word. */
export async function start() {
  const me = await ask('GET', '/me')
  word = me.csrf
  return me
}

/** Reads. Parameters that are undefined are left out. */
export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(given).toString()
  return ask('GET', search === '' ? path : `${path}?${search}`)
}

/** Changes something. */
export const post = (path, body = {}) => ask('POST', path, body)

async function ask(method, path, body) {
  const headers = { ...(word && { 'X-CSRF-Token': word }), ...(body && { 'Content-Type': 'application/json' }) }
  const init = { method, headers, credentials: 'same-origin', ...(body && { body: JSON.stringify(body) }) }
  let response
  try {
    response = await fetch(`${BASE}${path}`, init)
  } catch {
    throw new Refused(0, 'offline', '连不上服务器，请检查网络后重试')
  }
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  const { code = 'failed', message, fix } = answer.error ?? {}
  throw new Refused(response.status, code, response.status >= 500 ? '服务器出错了，请稍后再试' : message, fix)
}

/** The way to a new login, by the platform. */
export function logInAgain() {
  const here = new URLSearchParams(location.search)
  const more = here.get('corp') ? `&corp=${encodeURIComponent(here.get('corp'))}` : ''
  location.replace(`sidebar?login=1${more}`)
}
