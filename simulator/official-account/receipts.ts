import type { ReceiptOf } from '../faults.js'
import { type Platform, pause } from '../platform.js'
import type { Account } from './account.js'
import type { Follower } from './follower.js'
import { deliver } from './push/deliver.js'
import { event } from './push/events.js'

/** What will become of an accepted job: how it ends and when, or whether, the platform says so. */
export interface Fate {
  /** Set when it is not delivered: the receipt's words. */
  failure?: string
  /** No receipt will come. */
  lost: boolean
  delayMs: number
}

/** Decides it when the job is accepted; a receipt takes half to one and a half times `timing.receiptMs`. */
export function fateOf(platform: Platform, account: Account, of: ReceiptOf): Fate {
  const fault = platform.faults.forReceipt(of, account.options.id)
  const delayMs = platform.timing.receiptMs * (0.5 + Math.random()) + (fault?.kind === 'late' ? (fault.ms ?? 5000) : 0)
  const fate = { lost: fault?.kind === 'lost', delayMs }
  return fault?.kind === 'fail' ? { ...fate, failure: fault.status ?? STANDARD[of] } : fate
}

const STANDARD: Record<ReceiptOf, string> = {
  template: 'failed: system failed',
  mass: 'send fail',
  subscription: '43101',
  trade: 'failed',
  desk: '0',
}

/** Pushes the receipt when its time has come; `fields` is called then, even when nothing is pushed (lost, or no callback address). */
export async function pushReceipt(
  platform: Platform,
  to: { account: Account; follower?: Follower | undefined },
  fate: Fate,
  receipt: { name: string; fields: () => Parameters<typeof event>[1] },
): Promise<void> {
  const { account, follower } = to
  if (fate.delayMs > 0) await pause(platform, fate.delayMs)
  if (platform.stop.signal.aborted) return
  const fields = receipt.fields()
  if (fate.lost || account.options.callbackUrl === '') return
  const about = { openid: follower?.openid ?? '', appid: account.options.appid, now: platform.clock.now() }
  await deliver(platform, account, follower, event(receipt.name, fields, about)).done
}
