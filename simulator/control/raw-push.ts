import { deliver, type PushOverrides } from '../official-account/push/deliver.js'
import { event } from '../official-account/push/events.js'
import type { Platform } from '../platform.js'
import type { XmlFields } from '../xml.js'
import * as person from './person.js'

/** Which pushes a push of one's own making is. */
export interface RawPush extends PushOverrides {
  account?: string | undefined
  follower?: string | undefined
  event?: string | undefined
  fields?: XmlFields | undefined
  from?: string | undefined
}

/** Pushes it, as its own making says. */
export function rawPush(platform: Platform, given: RawPush): person.Act {
  const { account: accountId, follower: openid, event: name, fields = {}, from, ...overrides } = given
  const about = openid === undefined ? undefined : person.personNamed(platform, openid)
  const account = about?.account ?? person.accountNamed(platform, accountId)
  const base =
    name === undefined
      ? { kind: String(fields['MsgType'] ?? 'raw'), fields }
      : event(name, fields, {
          openid: openid ?? 'oNobody',
          appid: account.options.appid,
          now: platform.clock.now(),
        })
  return deliver(platform, account, about?.follower, from === undefined ? base : { ...base, from }, overrides)
}
