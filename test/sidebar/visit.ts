import type { World } from './world.js'

/** An answer that is one thing: what tests look at in it. */
export interface Body {
  error: { code: string; message: string }
  csrf: string
  staff: string
  account: string
  name: string
  tags: string[]
  identities: { where: string; account: string }[]
  entries: { words: string }[]
  before: string
  signature: string
}

/** One of a list. */
export interface Row {
  name: string
  words: string
  until: string
  message: { text: string; path: string }
  missing: string[]
}

/** JSON of an answer; `rows` is the same where it is a list. */
async function read(response: Response) {
  const body = (await response.json()) as unknown
  return { status: response.status, headers: response.headers, body: body as Body, rows: body as Row[] }
}

/** A browser: keeps cookies, follows nothing by itself. */
export function createVisit(world: Pick<World, 'web'>) {
  const jar = new Map<string, string>()
  const { url } = world.web
  let csrf = ''

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie && { cookie }), ...init.headers }
    const address = path.startsWith('http') ? path : `${url}${path}`
    const response = await fetch(address, { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      if (attributes.includes('Max-Age=0')) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }

  const visit = {
    jar,
    ask,
    get csrf() {
      return csrf
    },
    /** Opens the side bar; gives the state and the address of the platform's login. */
    async begin(query = '') {
      const response = await ask(`/sidebar${query}`)
      const address = new URL(response.headers.get('location') ?? '', url)
      const back = new URL(address.searchParams.get('redirect_uri') ?? url)
      return { response, state: address.searchParams.get('state') ?? '', back: back.pathname }
    },
    /** Logs in as a member of a corporation. */
    async logIn(staff: string, query = '') {
      const { state, back } = await visit.begin(query)
      const response = await ask(`${back}?code=code-${staff}&state=${state}`)
      const me = await ask('/sidebar/api/me')
      if (me.ok) csrf = (await read(me)).body.csrf
      return response
    },
    /** Reads; gives status and JSON. */
    async get(path: string, headers: Record<string, string> = {}) {
      const response = await ask(`/sidebar/api${path}`, { headers: { 'x-csrf-token': csrf, ...headers } })
      return read(response)
    },
    /** Writes as the page does; `headers` change what it sends. */
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const sent = { 'content-type': 'application/json', origin: url, 'x-csrf-token': csrf, ...headers }
      const init = { method: 'POST', headers: sent, body: JSON.stringify(body) }
      const response = await ask(`/sidebar/api${path}`, init)
      return read(response)
    },
  }
  return visit
}
