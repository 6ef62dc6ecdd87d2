import { z } from 'zod'
import { mask } from '../../../src/access/mask.js'
import { type Role, rolesInWords } from '../../../src/access/roles.js'
import { createConsoleApi } from '../../../src/http/api/access.js'
import type { StaffLoginPort } from '../../../src/http/api/access-wecom.js'
import type { Streams } from '../../../src/http/api/event-stream.js'
import { type Route, route } from '../../../src/http/api/route.js'
import { addressOf, type OpenAccess, openAccess, PASSWORD } from '../../access/open-access.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'

/** An answer, and what the browser keeps of it. */
export interface Reply {
  status: number
  headers: Headers

  body: Record<string, unknown>
  code: string | undefined
}

/** A browser: keeps cookies and the token against forged requests. */
export interface Browser {
  cookies: Map<string, string>
  csrf: string
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  signIn(login: string, password?: string): Promise<Reply>
}

/** The console's API, with two routes of a shop beside it. */
export interface OpenConsole {
  access: OpenAccess
  api: ServedApi
  routes: readonly Route[]
  /** What the shop's routes were asked to do. */
  done: unknown[]
  browser(): Browser
  /** A browser in which somebody new with these roles is signed in. */
  as(login: string, ...roles: Role[]): Promise<Browser>
  close(): Promise<void>
}

const CONTACT = {
  id: 'c1',
  profile: { nickname: '小明同学', phone: '13812345678', city: '杭州' },
  note: '客户电话 138 1234 5678，晚上联系',
  at: new Date('2026-03-04T04:00:00Z'),
}

/** Opens it on a free port; `beside` are further routes. */
export async function openConsole(
  options: { publicUrl?: string; logins?: StaffLoginPort; beside?: readonly Route[]; streams?: Streams } = {},
): Promise<OpenConsole> {
  const { streams } = options
  const { publicUrl = '', logins = { corps: [], address: () => '', member: async () => undefined } } = options
  const access = await openAccess('optional')
  const done: unknown[] = []
  const shop: Route[] = [
    route({
      id: 'readSample',
      method: 'GET',
      path: '/samples/:id',
      tag: 'Sample',
      summary: 'A contact.',
      scope: 'contacts:read',
      params: z.object({ id: z.string() }),
      query: z.strictObject({ limit: z.coerce.number().int().max(50).optional() }),
      answer: z.object({ id: z.string(), profile: z.record(z.string(), z.unknown()), note: z.string(), at: z.date() }),
      handle: async ({ params }) => ({ body: { ...CONTACT, id: params.id } }),
    }),
    route({
      id: 'exportSample',
      method: 'GET',
      path: '/samples/:id/export',
      tag: 'Sample',
      summary: 'All of a contact.',
      scope: 'admin',
      unmasked: true,
      answer: z.record(z.string(), z.unknown()),
      handle: async () => ({ body: { ...CONTACT } }),
    }),
    route({
      id: 'writeSample',
      method: 'POST',
      path: '/samples',
      tag: 'Sample',
      summary: 'Does something.',
      scope: 'segments:write',
      idempotent: true,
      body: z.strictObject({ name: z.string(), secret: z.string().optional() }),
      answer: z.object({ name: z.string() }),
      async handle({ body }) {
        done.push(body)
        return { status: 201, body }
      },
    }),
  ]
  const made = createConsoleApi({
    access,
    roles: { ...rolesInWords, mask },
    logins,
    publicUrl,
    routes: [...shop, ...(options.beside ?? [])],
  })
  const { routes, authenticators, audit } = made
  const api = await serveApi(routes, {
    authenticators,
    audit,
    clock: access.clock,
    trustedProxies: 1,
    ...(streams && { streams }),
  })

  function browser(): Browser {
    const self: Browser = {
      cookies: new Map(),
      csrf: '',
      async ask(method, path, body, headers = {}) {
        const cookie = [...self.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const sent: Record<string, string> = {
          'sec-fetch-site': 'same-origin',
          'x-forwarded-for': '10.0.0.1',
          'user-agent': 'Browser 1',
          ...(method !== 'GET' && { origin: api.url, 'x-csrf-token': self.csrf }),
          ...(cookie !== '' && { cookie }),
          ...headers,
        }
        const reply = await api.ask<Reply['body'] | undefined>(method, path, body, {
          signed: false,
          headers: drop(sent),
        })
        for (const line of reply.headers.getSetCookie()) keep(self.cookies, line)
        const found = reply.body ?? ({} as Reply['body'])
        const me = isMe(found) ? found : found['me']
        if (isMe(me)) self.csrf = me.csrf
        const type = found['type']
        const code = typeof type === 'string' ? type.replace('urn:weloop:problem:', '') : undefined
        return { status: reply.status, headers: reply.headers, body: found, code }
      },
      signIn: (login, password = PASSWORD) =>
        self.ask('POST', '/session', { login, password }, { 'x-forwarded-for': addressOf(login) }),
    }
    return self
  }

  return {
    access,
    api,
    routes,
    done,
    browser,
    async as(login, ...roles) {
      await access.person(login, roles)
      const one = browser()
      const reply = await one.signIn(login)
      if (reply.status !== 200) throw new Error(`${login} could not sign in: ${reply.code}`)
      return one
    },
    async close() {
      await api.close()
      await access.close()
    },
  }
}

/** Headers that a test set to the empty text are not sent. */
const drop = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const [name = '', value = ''] = pair.split('=', 2)
  if (attributes.includes('Max-Age=0')) cookies.delete(name)
  else cookies.set(name, value)
}

const isMe = (value: unknown): value is { csrf: string } =>
  typeof value === 'object' && value !== null && 'csrf' in value && typeof value.csrf === 'string'
