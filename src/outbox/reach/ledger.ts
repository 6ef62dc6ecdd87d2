import type { Purpose } from '../../core/outcome.js'
import type { Channel, Reason } from '../channel.js'
import { capReached, countDays, isCapped } from './caps.js'
import { businessDay, platformMonth } from './days.js'
import type { Booking, ReachPolicy, Touch, TouchCounts } from './reach.js'
import { MASS_PER_MONTH } from './resolve.js'

/** What a person's touches say to one question. */
export interface LedgerView {
  touches: TouchCounts
  massThisMonth: number
  /** When customer messages left that no row of the outbox stands for. */
  spends: Date[]
  reserved: boolean
}

/** A touch with what is reckoned once for all its people. */
export interface Entry extends Touch {
  capped: boolean
  campaign: string
}

/** Makes a touch ready to be looked at a million times. */
export function entryOf(touch: Touch): Entry {
  return { ...touch, capped: isCapped(touch.purpose), campaign: campaignOf(touch.source) }
}

/** What is asked about many people. */
export interface LedgerQuestion {
  account: string
  now: Date
  /** The message's own source. */
  source?: string
}

/** A question with what is reckoned once for all people. */
export interface Reckoned extends LedgerQuestion {
  today: number
  month: number
  campaign: string | undefined
}

/** Reckons what does not differ from person to person. */
export function reckon(question: LedgerQuestion, timeZone: string): Reckoned {
  const { now, source } = question
  const campaign = source === undefined ? undefined : campaignOf(source)
  return { ...question, today: businessDay(now, timeZone), month: platformMonth(now).getTime(), campaign }
}

/** The part of a source that names the campaign: `<campaign>:<occurrence>`. */
export function campaignOf(source: string): string {
  const end = source.indexOf(':')
  return end < 0 ? source : source.slice(0, end)
}

const NOTHING: LedgerView = Object.freeze({
  touches: Object.freeze({ day: 0, week: 0, month: 0, days: [] }),
  massThisMonth: 0,
  spends: [],
  reserved: false,
})

/** What a person's entries say. What the asking source booked itself today does not count against it. */
export function viewOf(entries: readonly Entry[] | undefined, asked: Reckoned): LedgerView {
  if (entries === undefined || entries.length === 0) return NOTHING
  const { account, source, today, campaign } = asked
  const days: number[] = []
  const spends: Date[] = []
  let massThisMonth = 0
  let ofCampaign = 0
  let reserved = false
  for (const touch of entries) {
    const own = touch.source === source
    if (own && touch.day === today) {
      reserved = true
      continue
    }
    if (touch.capped) {
      days.push(touch.day)
      if (!own && touch.campaign === campaign) ofCampaign++
    }
    if (touch.account !== account) continue
    if (touch.channel === 'mass' && touch.at.getTime() >= asked.month) massThisMonth++
    if (touch.channel === 'customer-message' && !touch.single) spends.push(touch.at)
  }
  const touches = countDays(days, today)
  touches.campaign = ofCampaign
  return { touches, massThisMonth, spends, reserved }
}

/** Whether a message leaves a trace in the books at all: it counts for a cap, the four of a month, or a window. */
export function isBooked({ purpose, channel, single }: { purpose: Purpose; channel: Channel; single?: boolean }) {
  if (channel === 'next-visit') return false
  return isCapped(purpose) || channel === 'mass' || (channel === 'customer-message' && !single)
}

/** What bars a booking. */
export function barOf(view: LedgerView, booking: Booking, policy: ReachPolicy, timeZone: string): Reason | undefined {
  if (view.reserved) return undefined
  if (booking.channel === 'mass' && view.massThisMonth >= MASS_PER_MONTH) return 'mass-used-up'
  if (!isCapped(booking.purpose)) return undefined
  return capReached(view.touches, policy.caps, booking.now, timeZone)?.reason
}
