/** What goes wrong with a call of the API. */
export type ApiFaultKind =
  | 'errcode' // answers `errcode` without doing anything
  | 'status' // answers HTTP `status` with an HTML page
  | 'hang' // never answers (until the caller gives up or `ms`)
  | 'reset-head' // resets the connection (RST) as soon as the request's head is in, its body unread
  | 'reset-before' // reads the whole request, then resets the connection; the call is not carried out
  | 'reset-after' // carries the call out, then resets the connection without an answer
  | 'slow' // answers after `ms`
  | 'drip' // sends the answer one byte at a time, `ms` apart
  | 'truncated' // half of the JSON, connection closed
  | 'html' // HTTP 200 with an HTML page
  | 'pretty' // the right answer, but pretty-printed
  | 'huge' // an answer of `bytes`

/** A fault of the API side. */
export interface ApiFault {
  side: 'api'
  kind: ApiFaultKind
  /** Path, or a beginning of one with `*` at the end; default every path. */
  path?: string
  account?: string
  /** How many calls it hits; default 1, -1 = until removed. */
  times?: number
  /** Share of the calls it hits, 0..1; default 1. */
  probability?: number
  errcode?: number
  status?: number
  ms?: number
  bytes?: number
  /** Whether the call is carried out although the answer is bad (`status`, `hang`, `truncated`, `html`, `huge`). */
  applied?: boolean
}

/** What goes wrong with a push. */
export type PushFaultKind =
  | 'duplicate' // the same push `copies` more times at once
  | 'delay' // sent `ms` later
  | 'reorder' // held until the next push of the account was sent, at most `ms` (default 2000)
  | 'tamper' // `part` is wrong
  | 'lose' // never sent

/** A fault of the callback side. */
export interface PushFault {
  side: 'push'
  kind: PushFaultKind
  account?: string
  times?: number
  probability?: number
  ms?: number
  copies?: number
  part?: 'signature' | 'msg_signature' | 'timestamp' | 'appid' | 'body' | 'padding'
}

/** Which receipts of the platform a fault concerns. */
export type ReceiptOf = 'template' | 'mass' | 'subscription' | 'trade' | 'desk'

/** What goes wrong between an accepted call and its receipt. */
export interface ReceiptFault {
  side: 'receipt'
  kind:
    | 'fail' // accepted, then not delivered: the receipt says `status`, the phone shows nothing
    | 'lost' // delivered, but the receipt never comes
    | 'late' // the receipt comes `ms` later than usual
  /** Default every kind of receipt. */
  of?: ReceiptOf
  /** Default `failed: system failed`; `failed:freq limit` (template), `err(20008)` (mass), an ErrorCode (subscription), a fail_type (desk). */
  status?: string
  account?: string
  times?: number
  probability?: number
  ms?: number
}

/** Anything that can be set to go wrong. */
export type Fault = ApiFault | PushFault | ReceiptFault

/** A fault as it is kept, with what is left of it. */
export type KeptFault = Fault & { id: number; left: number; hits: number }

/** The faults that are set. */
export interface Faults {
  add(fault: Fault): KeptFault
  list(): KeptFault[]
  remove(id: number): boolean
  clear(): void
  /** The first `reset-head` fault that hits a call of this path (its account is not known yet), used up by one. */
  forHead(path: string): (ApiFault & { id: number }) | undefined
  /** The first fault of the other kinds that hits this call, used up by one. */
  forCall(path: string, account: string): (ApiFault & { id: number }) | undefined
  /** Every fault that hits this push, each used up by one. */
  forPush(account: string): (PushFault & { id: number })[]
  /** The first fault that hits this receipt, used up by one. */
  forReceipt(of: ReceiptOf, account: string): (ReceiptFault & { id: number }) | undefined
}

/** No faults yet. `random` decides those with a probability. */
export function createFaults(random: () => number = Math.random): Faults {
  let kept: KeptFault[] = []
  let last = 0
  const hits = (fault: KeptFault): boolean => {
    if (fault.left === 0 || (fault.probability !== undefined && random() >= fault.probability)) return false
    if (fault.left > 0) fault.left -= 1
    fault.hits += 1
    return true
  }
  const mine = (fault: KeptFault, account: string) => fault.account === undefined || fault.account === account
  return {
    add: (fault) => {
      const added: KeptFault = { ...fault, id: ++last, left: fault.times ?? 1, hits: 0 }
      kept = [...kept.filter((item) => item.left !== 0), added].slice(-200)
      return added
    },
    list: () => [...kept],
    remove: (id) => {
      const before = kept.length
      kept = kept.filter((item) => item.id !== id)
      return kept.length < before
    },
    clear: () => {
      kept = []
    },
    forHead: (path) => {
      for (const fault of kept) {
        if (fault.side === 'api' && fault.kind === 'reset-head' && matches(fault.path, path) && hits(fault))
          return fault
      }
      return undefined
    },
    forCall: (path, account) => {
      if (kept.length === 0) return undefined
      for (const fault of kept) {
        if (fault.side !== 'api' || fault.kind === 'reset-head' || !mine(fault, account)) continue
        if (matches(fault.path, path) && hits(fault)) return fault
      }
      return undefined
    },
    forPush: (account) => {
      const found: (PushFault & { id: number })[] = []
      for (const fault of kept) if (fault.side === 'push' && mine(fault, account) && hits(fault)) found.push(fault)
      return found
    },
    forReceipt: (of, account) => {
      for (const fault of kept) {
        if (fault.side !== 'receipt' || !mine(fault, account) || (fault.of ?? of) !== of) continue
        if (hits(fault)) return fault
      }
      return undefined
    },
  }
}

function matches(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined || pattern === '*') return true
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}
