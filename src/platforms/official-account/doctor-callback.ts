import type { OfficialAccountConfig } from '../../config/accounts.js'
import { checkCallbackOf } from '../shared/doctor-callback.js'
import type { HttpClient } from '../shared/http-client.js'
import { randomNonce } from '../shared/random.js'
import { sign } from '../shared/signature.js'
import { CONSOLE, type Finding } from './doctor-finding.js'

/** Asks our own callback as the platform would: a signed check must be answered, a wrongly signed one refused. */
export async function checkCallback(
  account: OfficialAccountConfig & { id: string },
  options: { http: HttpClient; publicUrl: string; path?: string; now: () => Date },
): Promise<Finding[]> {
  const address = new URL(options.publicUrl)
  address.pathname = address.pathname.replace(/\/$/, '') + (options.path ?? `/wechat/${account.id}`)
  const echo = `weloop${randomNonce()}`
  return checkCallbackOf({
    id: account.id,
    address,
    http: options.http,
    console: CONSOLE,
    echo,
    query: (signed) => {
      const token = signed === 'rightly' ? account.token : `${account.token.slice(0, 24)}-wrong`
      const timestamp = String(Math.floor(options.now().getTime() / 1000))
      const nonce = randomNonce()
      return { signature: sign(token, timestamp, nonce), timestamp, nonce, echostr: echo }
    },
  })
}
