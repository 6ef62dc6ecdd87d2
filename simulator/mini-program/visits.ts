import { miniProgramLimits } from '../../rules/mini-program/limits.js'
import { shanghaiDay } from '../clock.js'
import { randomText } from '../ids.js'
import type { Account } from '../official-account/account.js'
import type { Follower } from '../official-account/follower.js'
import { miniRecordsOf, visitorOf } from './mini-program.js'

/** What a visit gives the product: the codes that the page would send to its server. */
export interface Visit {
  openid: string
  /** For `sns/jscode2session`. */
  code: string
  /** For `wxa/business/getuserphonenumber`. */
  phoneCode: string
}

/** A person opens the mini program, at this page. */
export function visit(mini: Account, follower: Follower, page: string, now: number): Visit {
  const records = miniRecordsOf(mini)
  const visitor = visitorOf(mini, follower)
  const { openid } = visitor
  const day = shanghaiDay(now)
  const known = records.visits.get(openid) ?? { first: now, last: now, days: new Map(), pages: new Map() }
  known.last = now
  known.days.set(day, (known.days.get(day) ?? 0) + 1)
  const key = `${day} ${page.split('?')[0] ?? ''}`
  known.pages.set(key, (known.pages.get(key) ?? 0) + 1)
  records.visits.set(openid, known)
  const code = `0${randomText(31)}`
  const phoneCode = `p${randomText(31)}`
  const once = { openid, scope: '', until: now + miniProgramLimits.loginCodeMs.value, used: false }
  records.loginCodes.set(code, { ...once })
  records.phoneCodes.set(phoneCode, { ...once })
  return { openid, code, phoneCode }
}
