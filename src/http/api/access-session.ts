import { z } from 'zod'
import { createEntry, type EntryPorts, namingField } from './access-entry.js'
import { doneShape, meShape, passwordText, shownMe, signedInShape } from './access-shapes.js'
import { ApiError, type Route, route } from './route.js'

const tag = 'Signing in'
const token = z.string().regex(/^[\w-]{43}$/, 'is no link’s token')
const tokenBody = z.strictObject({ token })
const SLOW = { 429: 'Too many attempts; see Retry-After.' }
const GONE = { 410: 'The link was used or is over.' }

/** Coming in and going out: the only routes beside the document that ask for no key. */
export function createSessionRoutes(ports: EntryPorts & { corps: readonly { corp: string; name: string }[] }): Route[] {
  const { access, cookies, corps } = ports
  const entry = createEntry(ports)
  const { signIn } = access

  return [
    route({
      id: 'getSession',
      method: 'GET',
      path: '/session',
      tag,
      summary: 'Who is signed in.',
      scope: 'account:own',
      answer: meShape,
      async handle({ caller }) {
        const open = await entry.session(caller)
        return { body: shownMe(access, open, open.token) }
      },
    }),
    route({
      id: 'signInWays',
      method: 'GET',
      path: '/session/ways',
      tag,
      summary: 'How one may sign in here.',
      scope: 'anyone',
      answer: z.object({
        password: z.literal(true),
        wecom: z.array(z.object({ corp: z.string(), name: z.string() })),
        passwordRules: z.object({ min: z.int(), max: z.int() }),
        firstOwner: z.boolean().describe('nobody was made yet: the server printed a link at its start'),
      }),
      async handle() {
        const firstOwner = !(await access.hasPeople())
        return {
          body: { password: true as const, wecom: [...corps], passwordRules: { min: 12, max: 128 }, firstOwner },
        }
      },
    }),
    route({
      id: 'signIn',
      method: 'POST',
      path: '/session',
      tag,
      summary: 'Sign in with a password.',
      description: 'Unknown, disabled and wrong are answered alike: 401 `login.wrong`.',
      scope: 'anyone',
      body: z.strictObject({ login: z.string().min(1).max(128), password: passwordText }),
      answer: signedInShape,
      errors: SLOW,
      handle: async ({ body, head }) => entry.answer(await signIn.byPassword(body, entry.visitor(head))),
    }),
    route({
      id: 'proveSecondFactor',
      method: 'POST',
      path: '/session/second-factor',
      tag,
      summary: 'Prove the second factor after the first.',
      scope: 'anyone',
      body: z.union([z.strictObject({ code: z.string().max(16) }), z.strictObject({ recovery: z.string().max(64) })]),
      answer: signedInShape,
      errors: SLOW,
      async handle({ body, head }) {
        const visitor = entry.visitor(head)
        const half = cookies.half.read(head)
        const result = half === undefined ? undefined : await signIn.bySecondFactor(half, body, visitor)
        if (result === undefined || result.state === 'gone') {
          throw new ApiError(401, 'second-factor.ended', 'this took too long; begin with the password again')
        }
        if (result.state === 'wrong') throw new ApiError(401, 'second-factor.wrong', 'the code does not fit')
        return entry.answer(result)
      },
    }),
    route({
      id: 'signOut',
      method: 'DELETE',
      path: '/session',
      tag,
      summary: 'End the session.',
      scope: 'account:own',
      answer: doneShape,
      async handle({ caller, head }) {
        const open = await entry.session(caller)
        await access.sessions.end(open.token)
        const { kind, id, name, address } = entry.by(caller, head)
        await access.audit.append({ actor: { kind, id, name }, action: 'session.ended', outcome: 'done', address })
        const headers = { 'Set-Cookie': cookies.session.clear(), 'Clear-Site-Data': '"cache"' }
        return { headers, body: { done: true as const } }
      },
      audited: true,
    }),
    route({
      id: 'lookAtLink',
      method: 'POST',
      path: '/session/link/look',
      tag,
      summary: 'What a link is for.',
      scope: 'anyone',
      body: tokenBody,
      answer: z.object({
        kind: z.enum(['owner', 'invitation', 'reset']),
        login: z.string().optional(),
        name: z.string().optional(),
        endsAt: z.date(),
      }),
      errors: GONE,
      async handle({ body, head }) {
        const { address } = entry.visitor(head)
        const wait = await access.throttle.take([{ name: `look:${address}`, limit: 60, windowMs: 900_000 }])
        if (wait !== undefined) {
          throw new ApiError(429, 'login.slow', 'too many attempts; wait a little', { retryAfterSeconds: wait })
        }
        const found = await signIn.look(body.token)
        if (!found) throw new ApiError(410, 'link.gone', 'the link was used or is over; ask for another')
        return { body: found }
      },
    }),
    route({
      id: 'useLink',
      method: 'POST',
      path: '/session/link',
      tag,
      summary: 'Set a password by a link, and come in.',
      description: 'With a link for an owner, `login` and `name` say who she is. A link is good once.',
      scope: 'anyone',
      body: z.strictObject({
        token,
        password: passwordText,
        login: z.string().max(128).optional(),
        name: z.string().max(128).optional(),
      }),
      answer: signedInShape,
      errors: { ...GONE, ...SLOW, 409: 'The name is taken.', 422: 'The password is weak.' },
      handle: ({ body, head }) =>
        namingField('password', ['password.weak'], async () =>
          entry.answer(await signIn.byLink(body, entry.visitor(head))),
        ),
    }),
  ]
}
