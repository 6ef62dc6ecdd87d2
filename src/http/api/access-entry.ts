import type { z } from 'zod'
import type {
  AccessPort,
  ConsoleBy,
  ConsoleSignedIn,
  ConsoleVisitor,
  OpenConsoleSession,
} from '../console/access-port.js'
import type { Cookies } from '../console/cookies.js'
import { checkOrigin } from '../console/same-origin.js'
import { shownMe, type signedInShape } from './access-shapes.js'
import type { RequestHead } from './authenticate.js'
import { type ApiAnswer, ApiError, type Caller } from './route.js'

/** What the access routes share. */
export interface EntryPorts {
  access: AccessPort
  cookies: Cookies
  publicUrl: string
}

/** Answers of signing in, with their cookies. */
export interface Entry {
  /** Who stands at the door; throws ApiError 403 when another site's page sends her. */
  visitor(head: RequestHead): ConsoleVisitor
  answer(result: ConsoleSignedIn | undefined): ApiAnswer<z.input<typeof signedInShape>>
  /** The session that asks. Throws ApiError 401 when it ended meanwhile, 403 for an API key. */
  session(caller: Caller): Promise<OpenConsoleSession & { token: string }>
  /** Who asks, for the audit log. */
  by(caller: Caller, head: RequestHead): ConsoleBy
}

const HALF_SECONDS = 300
const DEVICE_SECONDS = 180 * 86_400

/** Puts cookies on answers. */
export function createEntry({ access, cookies, publicUrl }: EntryPorts): Entry {
  return {
    visitor(head) {
      checkOrigin(head, publicUrl)
      const device = cookies.device.read(head)
      const agent = (head.header('user-agent') ?? '').replace(/[^\x20-\x7e]/g, '')
      return { address: head.address, agent, ...(device !== undefined && { device }) }
    },

    answer(result) {
      if (result === undefined) throw new ApiError(410, 'link.gone', 'the link was used or is over; ask for another')
      switch (result.state) {
        case 'signed-in': {
          const { token, session, device } = result
          const set = [cookies.session.set(token), cookies.device.set(device, DEVICE_SECONDS), cookies.half.clear()]
          return {
            headers: { 'Set-Cookie': set },
            body: { state: 'signed-in', me: shownMe(access, session, token) },
          }
        }
        case 'second-factor': {
          const set = [cookies.half.set(result.token, HALF_SECONDS), cookies.session.clear()]
          return { headers: { 'Set-Cookie': set }, body: { state: 'second-factor', methods: ['totp', 'recovery'] } }
        }
        case 'slow': {
          const { retryAfterSeconds } = result
          throw new ApiError(429, 'login.slow', 'too many attempts; wait a little', { retryAfterSeconds })
        }
        case 'wrong':
          throw new ApiError(401, 'login.wrong', 'the name or the password is not right, or the account is disabled')
      }
    },

    async session(caller) {
      const token = caller.person?.token
      if (token === undefined) throw new ApiError(403, 'person.required', 'only people at the console may do this')
      const open = await access.sessions.find(token, { stage: 'full', touch: false })
      if (!open) throw new ApiError(401, 'session.ended', 'the session is over; sign in again')
      return { ...open, token }
    },

    by(caller, head) {
      if (!caller.person) throw new ApiError(403, 'person.required', 'only people at the console may do this')
      return { kind: 'person', id: caller.id, name: caller.person.name, address: head.address }
    },
  }
}

/** Runs what may refuse a password, and names the field. */
export async function namingField<T>(field: string, codes: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !codes.includes(String(error.code))) throw error
    const fix = 'fix' in error && typeof error.fix === 'string' ? { fix: error.fix } : {}
    throw new ApiError(422, String(error.code), error.message, {
      problems: [{ field, message: error.message, ...fix }],
    })
  }
}
