import { miniProgramWindows } from '../../rules/mini-program/windows.js'
import { windows as accountWindows } from '../../rules/official-account/windows.js'
import type { OpenWindow, WindowHandle, WindowTrigger } from '../core/context.js'
import { contactKey, type PlatformName, type Update } from '../core/update.js'

/** A message opens the same window on every platform; the rest belongs to one of them. */
const rules = [...accountWindows, ...miniProgramWindows.filter(({ trigger }) => trigger === 'enter')]

/** Something a person did that opens a window, by the platform's clock. */
export interface Act {
  trigger: WindowTrigger
  at: Date
}

/** A message that left, or may have left. */
export interface Spend {
  at: Date
  /** The platform itself said that no window had anything left: nothing before this moment counts any more. */
  refused?: boolean
}

/** The longest window, in ms: what happened earlier decides nothing. */
export const LONGEST_WINDOW_MS = Math.max(...rules.map(({ ms }) => ms))

/** The longest of the windows that are not opened by a message, in ms. */
export const SHORT_WINDOW_MS = Math.max(...rules.filter(({ trigger }) => trigger !== 'message').map(({ ms }) => ms))

const BY_KIND: ReadonlyMap<string, WindowTrigger> = new Map([
  ...(['text', 'image', 'voice', 'video', 'location', 'link', 'card', 'file', 'other'] as const).map(
    (kind) => [`message.${kind}`, 'message'] as const,
  ),
  ['event.menu.click', 'menu'],
  ['event.menu.scan', 'menu'],
  ['event.subscribe', 'subscribe'],
  ['event.scan', 'scan'],
  ['event.session.entered', 'enter'],
])

/** The kinds of updates that open a window. */
export const OPENING_KINDS: readonly string[] = [...BY_KIND.keys()]

/**
 * Which window a kind of update opens on a platform. A text may also be a tapped choice: only the update itself tells.
 * Entering customer service opens one in a mini program; at the desk of WeCom it is answered with a code instead.
 */
export function triggerOfKind(kind: string, platform?: PlatformName): WindowTrigger | undefined {
  const trigger = BY_KIND.get(kind)
  return trigger === 'enter' && platform !== 'mini-program' ? undefined : trigger
}

/**
 * Which window an update opens; undefined for view buttons, reports and the like. At the desk (微信客服) a tapped choice is a
 * message like any other, and messages are all that opens a window there (rules/wecom/windows.ts: the same 5 in 48 h).
 */
export function triggerOf(update: Update): WindowTrigger | undefined {
  if (update.kind === 'message.text' && update.choice !== undefined) {
    return update.platform === 'wecom' ? 'message' : 'menu'
  }
  return triggerOfKind(update.kind, update.platform)
}

/**
 * The windows that are open at `now`, the one that ends first in front. A new act of a kind replaces the window of the
 * same kind (they do not add up), a message is taken from the open window that ends first. The order in which acts and
 * spends are given does not matter. A window lasts from its act's own time to exactly that time plus its length.
 */
export function openWindows(acts: readonly Act[], spends: readonly Spend[], now: Date): OpenWindow[] {
  const steps = [
    ...acts.map((act) => ({ at: act.at.getTime(), act })),
    ...spends.filter(({ at }) => at <= now).map((spend) => ({ at: spend.at.getTime(), spend })),
  ].toSorted((a, b) => a.at - b.at || Number('spend' in a) - Number('spend' in b))
  let open: OpenWindow[] = []
  for (const step of steps) {
    open = open.filter(({ until }) => until.getTime() > step.at)
    if ('act' in step) open = opened(open, step.act)
    else if (step.spend.refused) open = []
    else takeOne(open)
  }
  return open.filter(({ until, remaining }) => until.getTime() > now.getTime() && remaining > 0).toSorted(endsFirst)
}

/** True when a window was opened that has not ended yet, whether or not anything is left in it. */
export function anyUnexpired(acts: readonly Act[], now: Date): boolean {
  return acts.some(({ trigger, at }) => at.getTime() + lengthOf(trigger) > now.getTime())
}

/** Where the ledger is read from. Contacts are keys as of `contactKey`. */
export interface WindowPorts {
  /** What the person did since, in any order; acts that can no longer matter may be left out. */
  acts(contact: string, since: Date): Promise<readonly Act[]>
  /** What was sent to the person since, in any order. */
  spends(contact: string, since: Date): Promise<readonly Spend[]>
  credits?(update: Update, template: string): Promise<number>
}

/** What is open for a person at a moment. */
export interface WindowState {
  open: OpenWindow[]
  /** Absent: nothing the person did lately opens a window. */
  lastActAt?: Date
  /** Something is unexpired; with nothing open it has been used up. */
  unexpired: boolean
}

/** The customer-service windows of every person. */
export interface Windows {
  of(contact: string, now: Date): Promise<WindowState>
  handle(update: Update, now: Date): WindowHandle
}

/**
 * The windows as a view over what is stored anyway: accepted updates and deliveries. Nothing is written for it, so a
 * message that is answered at once costs nothing; a look costs one read of each.
 */
export function createWindows(ports: WindowPorts): Windows {
  async function of(contact: string, now: Date): Promise<WindowState> {
    const since = new Date(now.getTime() - LONGEST_WINDOW_MS)
    const [acts, spends] = await Promise.all([ports.acts(contact, since), ports.spends(contact, since)])
    const last = acts.reduce<Date | undefined>((at, act) => (at && at > act.at ? at : act.at), undefined)
    return {
      open: openWindows(acts, spends, now),
      unexpired: anyUnexpired(acts, now),
      ...(last && { lastActAt: last }),
    }
  }

  return {
    of,
    handle(update, now) {
      let found: Promise<OpenWindow[]> | undefined
      const open = () => {
        found ??= update.from === '' ? Promise.resolve([]) : of(contactKey(update), now).then((state) => state.open)
        return found
      }
      return handleOver(open, (template) => ports.credits?.(update, template) ?? Promise.resolve(0))
    },
  }
}

/** A handle that knows the window of its own update only: for handlers that run without a store. */
export function windowHandle(update: Update, now: Date): WindowHandle {
  const trigger = triggerOf(update)
  const open = trigger === undefined ? [] : openWindows([{ trigger, at: update.at }], [], now)
  return handleOver(
    async () => open,
    async () => 0,
  )
}

function handleOver(open: () => Promise<OpenWindow[]>, credits: WindowHandle['credits']): WindowHandle {
  return {
    open: async () => (await open()).map((window) => ({ ...window })),
    remaining: async () => (await open()).reduce((sum, { remaining }) => sum + remaining, 0),
    until: async () => (await open()).at(-1)?.until,
    credits,
  }
}

function opened(open: readonly OpenWindow[], { trigger, at }: Act): OpenWindow[] {
  const rule = rules.find((one) => one.trigger === trigger)
  if (rule === undefined) return [...open]
  const others = open.filter((window) => window.trigger !== trigger)
  return [...others, { trigger, remaining: rule.messages, until: new Date(at.getTime() + rule.ms) }]
}

function takeOne(open: readonly OpenWindow[]): void {
  const first = open.filter(({ remaining }) => remaining > 0).toSorted(endsFirst)[0]
  if (first) first.remaining -= 1
}

/** Of two that end together always the same one is in front. */
const endsFirst = (a: OpenWindow, b: OpenWindow) =>
  a.until.getTime() - b.until.getTime() || (a.trigger < b.trigger ? -1 : 1)

const lengthOf = (trigger: WindowTrigger) => rules.find((one) => one.trigger === trigger)?.ms ?? 0
