import { ORDER_STATES } from '../../rules/mini-program/carriers.js'
import { consent } from '../control/life.js'
import { personNamed } from '../control/person.js'
import { miniProgramOf, miniRecordsOf } from '../mini-program/mini-program.js'
import { moveParcels } from '../mini-program/parcels.js'
import { pay } from '../mini-program/payments.js'
import { received } from '../mini-program/trade.js'
import { visit } from '../mini-program/visits.js'
import type { Account } from '../official-account/account.js'
import { background, type Platform } from '../platform.js'
import type { ShopWorld } from './shop.js'

/** The world of a shop on this platform: its account's followers, the mini program's payments and parcels. */
export function shopWorld(platform: Platform, accountId: string, appid: string): ShopWorld {
  const mini = (): Account => {
    const host = platform.accounts.get(accountId)
    const found = host && miniProgramOf(host, appid)
    if (!found) throw new Error(`the account ${accountId} has no mini program ${appid}`)
    return found
  }
  const payment = (orderNo: string) =>
    [...miniRecordsOf(mini()).orders.values()].find((order) => order.tradeNo === orderNo)
  return {
    visit: (id, page) => {
      const { follower } = personNamed(platform, id)
      const { openid } = visit(mini(), follower, page, platform.clock.now())
      return { openid, unionid: follower.unionid, name: follower.name }
    },
    pay: (id, { fen, orderNo, goods }) => {
      const { follower } = personNamed(platform, id)
      const { openid } = visit(mini(), follower, 'pages/pay', platform.clock.now())
      const made = pay(mini(), { openid, amount: fen, tradeNo: orderNo, description: goods }, platform.clock.now())
      return { transactionId: made.transactionId }
    },
    refund: (orderNo) => {
      const found = payment(orderNo)
      if (found) found.state = ORDER_STATES.refunded
    },
    confirm: (orderNo) => {
      const found = payment(orderNo)
      if (found?.state === ORDER_STATES.shipped) received(platform, mini(), found, 'buyer')
    },
    moveParcel: (tracking, status) => {
      moveParcels(platform, mini(), tracking, status)
    },
    consent: (id, templateId, accepted) => {
      const act = consent(personNamed(platform, id), { templateId, accept: accepted, miniProgram: appid })
      if (act.done) background(platform, act.done)
    },
    now: () => platform.clock.now(),
  }
}
