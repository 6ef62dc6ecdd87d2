import { randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { createEntry, type EntryPorts } from './access-entry.js'
import { signedInShape } from './access-shapes.js'
import { ApiError, type Route, route } from './route.js'

/** Signing in by scanning with WeCom. */
export interface StaffLoginPort {
  corps: readonly { corp: string; name: string }[]
  /** Where the browser goes; it comes back to `returnTo` with `code` and `state`. */
  address(corp: string, page: { returnTo: string; state: string }): string
  /** Whom WeCom names for a code; only members of the corporation have an id here. */
  member(corp: string, code: string): Promise<string | undefined>
}

const tag = 'Signing in'
const STATE_SECONDS = 600

/** The way over WeCom: begun and ended in the same browser, which the state's cookie proves. */
export function createWecomSignInRoutes(ports: EntryPorts & { logins: StaffLoginPort }): Route[] {
  const { access, cookies, logins, publicUrl } = ports
  const entry = createEntry(ports)

  return [
    route({
      id: 'startWecomSignIn',
      method: 'POST',
      path: '/session/wecom/start',
      tag,
      summary: 'Where to scan with WeCom.',
      scope: 'anyone',
      body: z.strictObject({ corp: z.string().max(64) }),
      answer: z.object({ url: z.string() }),
      errors: { 404: 'There is no such corporation.' },
      async handle({ body, head }) {
        entry.visitor(head)
        const found = logins.corps.find(({ corp }) => corp === body.corp)
        if (!found) throw new ApiError(404, 'corp.unknown', 'no corporation of this name is configured')
        const state = randomBytes(16).toString('hex')
        const url = logins.address(found.corp, { returnTo: `${publicUrl}/console/wecom`, state })
        const set = cookies.state.set(`${Buffer.from(found.corp).toString('base64url')}.${state}`, STATE_SECONDS)
        return { headers: { 'Set-Cookie': set }, body: { url } }
      },
    }),
    route({
      id: 'endWecomSignIn',
      method: 'POST',
      path: '/session/wecom',
      tag,
      summary: 'Come in with what WeCom gave.',
      scope: 'anyone',
      body: z.strictObject({ code: z.string().min(1).max(512), state: z.string().max(64) }),
      answer: signedInShape,
      async handle({ body, head }) {
        const visitor = entry.visitor(head)
        const [corp = '', state = ''] = (cookies.state.read(head) ?? '').split('.')
        if (state === '' || !isSame(state, body.state)) {
          throw new ApiError(401, 'login.state', 'this browser did not begin it, or too long ago; scan again')
        }
        const name = Buffer.from(corp, 'base64url').toString()
        const staff = await logins.member(name, body.code)
        const result = staff === undefined ? undefined : await access.signIn.byStaff({ corp: name, staff }, visitor)
        if (result === undefined || result.state === 'wrong') {
          throw new ApiError(401, 'login.unknown-staff', 'this member of the corporation has no access here')
        }
        const answer = entry.answer(result)
        const set = [answer.headers?.['Set-Cookie'] ?? []].flat()
        return { ...answer, headers: { 'Set-Cookie': [...set, cookies.state.clear()] } }
      },
    }),
  ]
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
