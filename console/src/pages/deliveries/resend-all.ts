import { call } from '../../api/browser.js'

/** Sends again to everybody of the source to whom it surely did not go; the API does some at a time. */
export async function resendAll(source: string): Promise<number> {
  let resent = 0
  for (;;) {
    const answer = await call('resendFailedDeliveries', { body: { source } })
    resent += answer.resent.length
    if (!answer.more || answer.resent.length === 0) return resent
  }
}
