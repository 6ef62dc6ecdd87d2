import { z } from 'zod'
import { createEntry, type EntryPorts, namingField } from './access-entry.js'
import { doneShape, meShape, passwordText, sessionShape, shownMe, shownSession } from './access-shapes.js'
import type { RequestHead } from './authenticate.js'
import { ApiError, type Caller, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

const base = { tag: 'Own account', scope: 'account:own', audited: true } as const
const recovery = z.array(z.string()).describe('codes for the day the telephone is lost, shown this once')
const REFUSED = { 422: 'The password or the code is not right, or the new password is weak.' }
const WRONG = ['password.wrong', 'password.weak', 'code.wrong']

const SESSIONS = wholeList<z.input<typeof sessionShape>>()({
  values: {
    address: ({ address }) => address,
    createdAt: ({ createdAt }) => createdAt,
    lastSeenAt: ({ lastSeenAt }) => lastSeenAt,
  },
  id: ({ id }) => id,
  search: ({ address, agent }) => `${address} ${agent}`,
  otherwise: '-lastSeenAt',
})

/** What everybody may do with the own account. */
export function createOwnRoutes(ports: EntryPorts): Route[] {
  const { access } = ports
  const { signIn, factor, sessions } = access
  const entry = createEntry(ports)

  /** The old sessions are over: the answer carries a new one. */
  async function renewed(caller: Caller, head: RequestHead) {
    const result = await signIn.renew(caller.id, entry.visitor(head))
    const { headers = {} } = entry.answer(result)
    return { headers, me: shownMe(access, result.session, result.token) }
  }

  return [
    route({
      ...base,
      id: 'changeMe',
      method: 'PATCH',
      path: '/me',
      summary: 'Change the own name.',
      body: z.strictObject({ name: z.string().min(1).max(40) }),
      answer: meShape,
      async handle({ body, caller, head }) {
        const open = await entry.session(caller)
        const person = await access.people.rename(caller.id, body.name, entry.by(caller, head))
        return { body: shownMe(access, { ...open, person }, open.token) }
      },
    }),
    route({
      ...base,
      id: 'changePassword',
      method: 'POST',
      path: '/me/password',
      summary: 'Change the password; all other sessions end.',
      body: z.strictObject({ current: passwordText, password: passwordText }),
      answer: meShape,
      errors: REFUSED,
      async handle({ body, caller, head }) {
        const { person } = await entry.session(caller)
        const visitor = entry.visitor(head)
        const result = await namingField('password', WRONG, () => signIn.changePassword(person, body, visitor))
        const { headers = {} } = entry.answer(result)
        return { headers, body: shownMe(access, result.session, result.token) }
      },
    }),
    route({
      ...base,
      id: 'listMySessions',
      method: 'GET',
      path: '/me/sessions',
      summary: 'Where I am signed in.',
      query: z.strictObject(SESSIONS.query),
      answer: z.object({ sessions: z.array(sessionShape), ...SESSIONS.answer }),
      async handle({ caller, query }) {
        const { row } = await entry.session(caller)
        const found = (await sessions.list(caller.id)).map((one) => shownSession(one, row.name))
        const { rows, rest } = SESSIONS.page(found, query)
        return { body: { sessions: rows, ...rest } }
      },
    }),
    route({
      ...base,
      id: 'endMyOtherSessions',
      method: 'DELETE',
      path: '/me/sessions',
      summary: 'End all sessions but this one.',
      answer: z.object({ ended: z.int() }),
      async handle({ caller, head }) {
        const { row } = await entry.session(caller)
        const ended = await sessions.endAll(caller.id, row.name)
        const { kind, id, name, address } = entry.by(caller, head)
        await access.audit.append({ actor: { kind, id, name }, action: 'sessions.ended', outcome: 'done', address })
        return { body: { ended } }
      },
    }),
    route({
      ...base,
      id: 'endMySession',
      method: 'DELETE',
      path: '/me/sessions/:id',
      summary: 'End one of my sessions.',
      params: z.object({ id: z.string().max(64) }),
      answer: doneShape,
      errors: { 404: 'There is no such session.' },
      async handle({ params, caller, head }) {
        const { kind, id, name, address } = entry.by(caller, head)
        const ended = await sessions.endNamed(id, params.id)
        if (!ended) throw new ApiError(404, 'session.unknown', 'you have no such session')
        const target = params.id
        await access.audit.append({
          actor: { kind, id, name },
          action: 'session.ended',
          target,
          outcome: 'done',
          address,
        })
        return { body: { done: true as const } }
      },
    }),
    route({
      ...base,
      id: 'beginTotp',
      method: 'POST',
      path: '/me/totp',
      summary: 'A secret for an authenticator app.',
      body: z.strictObject({ password: passwordText.optional() }),
      answer: z.object({ secret: z.string(), uri: z.string().describe('for the QR code') }),
      errors: REFUSED,
      async handle({ body, caller }) {
        const { person } = await entry.session(caller)
        await namingField('password', WRONG, () => signIn.provePassword(person, body.password))
        if (person.totp) throw new ApiError(409, 'totp.on', 'the second factor is on; end it before you make another')
        return { body: await factor.begin(person) }
      },
    }),
    route({
      ...base,
      id: 'confirmTotp',
      method: 'POST',
      path: '/me/totp/confirm',
      summary: 'Turn the second factor on by a first code.',
      body: z.strictObject({ code: z.string().max(16) }),
      answer: z.object({ recovery, me: meShape }),
      errors: REFUSED,
      async handle({ body, caller, head }) {
        const { person } = await entry.session(caller)
        const made = await namingField('code', WRONG, () => factor.confirm(person, body.code, entry.by(caller, head)))
        const { headers, me } = await renewed(caller, head)
        return { headers, body: { recovery: made.recovery, me } }
      },
    }),
    route({
      ...base,
      id: 'endTotp',
      method: 'DELETE',
      path: '/me/totp',
      summary: 'Turn the second factor off.',
      body: z.strictObject({ password: passwordText.optional(), code: z.string().max(16) }),
      answer: meShape,
      errors: REFUSED,
      async handle({ body, caller, head }) {
        const { person } = await entry.session(caller)
        if (access.rightsOf(person).needsSecondFactor) {
          throw new ApiError(422, 'totp.required', 'your role must have a second factor')
        }
        await namingField('password', WRONG, () => signIn.provePassword(person, body.password))
        await namingField('code', WRONG, () => factor.end(person, body.code, entry.by(caller, head)))
        const { headers, me } = await renewed(caller, head)
        return { headers, body: me }
      },
    }),
    route({
      ...base,
      id: 'newRecoveryCodes',
      method: 'POST',
      path: '/me/totp/recovery',
      summary: 'New recovery codes; the earlier ones are void.',
      body: z.strictObject({ password: passwordText.optional() }),
      answer: z.object({ recovery }),
      errors: REFUSED,
      async handle({ body, caller, head }) {
        const { person } = await entry.session(caller)
        await namingField('password', WRONG, () => signIn.provePassword(person, body.password))
        return { body: { recovery: await factor.renewRecovery(person, entry.by(caller, head)) } }
      },
    }),
  ]
}
