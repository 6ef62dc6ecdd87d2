// Made from the API’s own schemas; test/console/operations.test.ts compares, and says how to make it anew.

/** Something that happened, as a shop or a mini program tells it. */
export interface ShopEvent {
  /** the sender’s own; the same id again is the same event */
  id: string
  /** GET /event-types lists them; others wait in quarantine until they are known */
  type: string
  /** when it happened; at most 30 days ago */
  at: string
  person?: Person
  /** as the type says, at most 8 KiB */
  props?: Record<string, unknown>
}

/** Who somebody is, in a shop’s words: one id at least. */
export interface Person {
  /** the id of the shop’s own user, who has logged in */
  user?: string
  /** the openid in the mini program of the account */
  miniOpenid?: string
  /** the openid of the follower of the account */
  openid?: string
  /** the unionid; the strongest proof that two openids are one person */
  unionid?: string
  /** only a number that the shop has verified; kept as a keyed hash, never itself */
  phone?: string
  /** the account that the openids belong to; the key’s unless given */
  account?: string
}

/** What became of a batch, item by item. */
export interface BatchAnswer {
  /** in the order of the batch */
  results: ItemResult[]
  /** how many of each result */
  counts: Record<string, number>
}

/** What became of one item of a batch. */
export interface ItemResult {
  /** its place in the batch, from 0 */
  index: number
  /** the sender’s own name of it */
  id: string
  /** accepted: durable. duplicate: told before, nothing changed. stale: a later revision is there. quarantined: its type is not known yet. rejected: see problems; all others are not affected */
  result: 'accepted' | 'duplicate' | 'stale' | 'quarantined' | 'rejected'
  /** our id of the person */
  contact?: string
  problems?: {
    field: string
    message: string
    fix?: string
  }[]
}

/** A type of events of a shop’s own. */
export interface EventTypeDefinition {
  type: string
  /** for people */
  title: string
  person?: 'required' | 'optional'
  keepDays?: number
  fields: {
    name: string
    kind: 'text' | 'number' | 'integer' | 'fen' | 'truth' | 'time' | 'texts'
    required?: boolean
    personal?: boolean
  }[]
}

/** An order as the shop tells it: always the whole of it. */
export interface Order {
  /** the shop’s number of the order */
  orderNo: string
  /** grows with every change at the shop, e.g. its version or time of update in ms */
  rev: number
  /** who bought it */
  person?: Person
  createdAt: string
  paidAt?: string
  completedAt?: string
  cancelledAt?: string
  cancelReason?: string
  /** what was to be paid */
  totalFen?: number
  /** what was paid; needed with paidAt */
  paidFen?: number
  items: OrderItem[]
  shipments?: Shipment[]
  refunds?: Refund[]
  payment?: Payment
  /** kept with the order only, for the platform’s parcel messages; never part of facts */
  receiver?: {
    name?: string
    phone?: string
    city?: string
  }
  /** the order’s page in the mini program */
  page?: string
  /** a picture of the goods */
  picture?: string
  /** fields of your own: texts, numbers, truth values */
  extra?: Record<string, string | number | boolean>
}

/** One line of an order. */
export interface OrderItem {
  /** the product’s code */
  sku: string
  name?: string
  /** 奶粉2段 */
  category?: string
  /** the product line, for cross-selling */
  line?: string
  qty: number
  /** what was paid for this line */
  amountFen?: number
  /** how many days one piece lasts */
  consumeDays?: number
}

/** One parcel of an order. */
export interface Shipment {
  /** the carrier’s code or name: SF, 顺丰, ZTO ... */
  carrier: string
  trackingNo?: string
  shippedAt: string
  outForDeliveryAt?: string
  deliveredAt?: string
  items?: {
    sku: string
    qty: number
  }[]
  /** what is in it, in words */
  goods?: string
}

/** Money that went back. */
export interface Refund {
  /** the number of the refund */
  refundNo: string
  amountFen: number
  at: string
  items?: {
    sku: string
    qty: number
  }[]
}

/** How an order was paid; WeChat’s shipping reports need it. */
export interface Payment {
  /** WeChat Pay’s number */
  transactionId?: string
  /** mchid */
  merchantId?: string
  /** the shop’s own number (out_trade_no) */
  tradeNo?: string
  /** the payer’s openid in the mini program */
  payerOpenid?: string
}

/** Who somebody is, and what the shop knows of the person. */
export interface Identity {
  /** all identities of one person: they become one contact */
  person: Person
  /** fields to set; null removes one */
  profile?: Record<string, string | number | boolean | null>
  tags?: {
    add?: string[]
    remove?: string[]
  }
  consents?: {
    purpose: 'marketing' | 'care'
    allowed: boolean
    /** when the person said so; later word wins */
    at: string
    /** which wording the person saw */
    textVersion?: string
  }[]
}

/** A person, as we know her. */
export interface Contact {
  id: string
  identities: {
    platform: string
    account: string
    /** absent for telephones, which are kept as hashes only */
    externalId?: string
    following: boolean
    followAt?: string
    boundAt: string
  }[]
  unionid?: string
  tags: string[]
  profile: Record<string, unknown>
  consents: Record<
    string,
    {
      allowed: boolean
      at: string
      source: string
      textVersion?: string
    }
  >
  firstSeenAt: string
  lastSeenAt: string
  /** reckoned from the order facts of all shops */
  bought?: {
    orderCount: number
    paidFen: number
    refundedFen: number
    firstOrderAt?: string
    lastOrderAt?: string
    runOut: {
      product: string
      at: string
    }[]
  }
}

/** One message to one person. */
export interface Send {
  to:
    | {
        contact: string
      }
    | Person
  /** which account sends; the key’s unless given */
  account?: string
  /** service: about something the person did, such as an order. Marketing goes by campaigns only. */
  purpose?: 'service' | 'care'
  message:
    | {
        kind: 'text'
        text: string
      }
    | {
        kind: 'article'
        /** of content/articles */
        slug: string
      }
    | {
        kind: 'card'
        /** of content/cards */
        slug: string
        params?: Record<string, string>
      }
    | {
        kind: 'notice'
        /** the business name of a notice in content/notices */
        name: string
        data: Record<string, unknown>
        /** its text as a customer-service message */
        as?: 'text'
      }
  /** other ways to say it: the first that can reach the person is taken */
  alternatives?: (
    | {
        kind: 'text'
        text: string
      }
    | {
        kind: 'article'
        /** of content/articles */
        slug: string
      }
    | {
        kind: 'card'
        /** of content/cards */
        slug: string
        params?: Record<string, string>
      }
    | {
        kind: 'notice'
        /** the business name of a notice in content/notices */
        name: string
        data: Record<string, unknown>
        /** its text as a customer-service message */
        as?: 'text'
      }
  )[]
  /** not before; now unless given, at most 30 days ahead */
  dueAt?: string
  /** given up when it could not be sent by then */
  expiresAt?: string
}

/** Delivery, as the API takes or gives it. */
export interface Delivery {
  key: string
  state:
    | 'queued'
    | 'claimed'
    | 'sending'
    | 'sent'
    | 'skipped'
    | 'retry'
    | 'failed'
    | 'uncertain'
    | 'cancelled'
    | 'expired'
  account: string
  /** the person’s id on the platform; empty once erased */
  to: string
  purpose: string
  kind: string
  channel?: string
  source: string
  createdAt: string
  dueAt: string
  attempts: number
  reason?: string
  detail?: string
  /** the platform’s error code */
  code?: number
  /** the platform’s message id */
  receipt?: string
  sentAt?: string
  endedAt?: string
  /** the platform reported that it arrived */
  confirmedAt?: string
  /** it failed, or nobody knows whether it arrived */
  attention: boolean
  resendOf?: string
  resentAs?: string
  /** who put an unclear end right */
  settled?: {
    by: 'receipt' | 'operator'
    at: string
    who?: string
  }
}

/** DeliveryEvidence, as the API takes or gives it. */
export interface DeliveryEvidence {
  key: string
  state:
    | 'queued'
    | 'claimed'
    | 'sending'
    | 'sent'
    | 'skipped'
    | 'retry'
    | 'failed'
    | 'uncertain'
    | 'cancelled'
    | 'expired'
  account: string
  /** the person’s id on the platform; empty once erased */
  to: string
  purpose: string
  kind: string
  channel?: string
  source: string
  createdAt: string
  dueAt: string
  attempts: number
  reason?: string
  detail?: string
  /** the platform’s error code */
  code?: number
  /** the platform’s message id */
  receipt?: string
  sentAt?: string
  endedAt?: string
  /** the platform reported that it arrived */
  confirmedAt?: string
  /** it failed, or nobody knows whether it arrived */
  attention: boolean
  resendOf?: string
  resentAs?: string
  /** who put an unclear end right */
  settled?: {
    by: 'receipt' | 'operator'
    at: string
    who?: string
  }
  /** what is or was tried last */
  message: {
    kind: string
  }
  /** all ways to say it, the preferred one first */
  options: {
    kind: string
  }[]
  /** ways that were not taken */
  refusals: DeliveryRefusal[]
  /** every call of the platform, as evidence */
  tries: DeliveryAttempt[]
  nextAt?: string
  expiresAt?: string
}

/** DeliveryRefusal, as the API takes or gives it. */
export interface DeliveryRefusal {
  option: number
  reason: string
  channel?: string
  code?: number
}

/** DeliveryAttempt, as the API takes or gives it. */
export interface DeliveryAttempt {
  number: number
  option: number
  kind: string
  at: unknown
  /** absent: the process ended before it knew */
  end?: {
    state: string
  }
}

/** Resent, as the API takes or gives it. */
export interface Resent {
  key: string
  result: 'new' | 'known'
}

/** Conditions joined by all, any and not; each object has exactly one key. */
export type SegmentRule =
  | {
      all: SegmentRule[]
    }
  | {
      any: SegmentRule[]
    }
  | {
      not: SegmentRule | SegmentRule[]
    }
  | {
      profile: {
        field: string
        op:
          | 'eq'
          | 'ne'
          | 'in'
          | 'gt'
          | 'gte'
          | 'lt'
          | 'lte'
          | 'between'
          | 'contains'
          | 'startsWith'
          | 'exists'
          | 'within'
          | 'olderThan'
          | 'withinNext'
        value?: string | number | boolean | (string | number)[]
      }
    }
  | {
      tag: {
        in?: string[]
        notIn?: string[]
      }
    }
  | {
      follow: {
        channel?: 'oa' | 'official-account' | 'wecom'
        account?: string
        state: 'following' | 'unfollowed' | 'never'
        within?: string
        olderThan?: string
      }
    }
  | {
      consent: {
        purpose: 'marketing' | 'care'
        state?: 'granted' | 'withdrawn' | 'never-asked' | 'not-withdrawn'
      }
    }
  | {
      event: {
        type: string | string[]
        where?: {
          field: string
          op:
            | 'eq'
            | 'ne'
            | 'in'
            | 'gt'
            | 'gte'
            | 'lt'
            | 'lte'
            | 'between'
            | 'contains'
            | 'startsWith'
            | 'exists'
            | 'within'
            | 'olderThan'
            | 'withinNext'
          value?: string | number | boolean | (string | number)[]
        }[]
        count?: {
          op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'
          n: number
        }
        within?: string
        between?: unknown[]
        ever?: true
        never?: true
      }
    }
  | {
      last: {
        type: string | string[]
        where?: {
          field: string
          op:
            | 'eq'
            | 'ne'
            | 'in'
            | 'gt'
            | 'gte'
            | 'lt'
            | 'lte'
            | 'between'
            | 'contains'
            | 'startsWith'
            | 'exists'
            | 'within'
            | 'olderThan'
            | 'withinNext'
          value?: string | number | boolean | (string | number)[]
        }[]
        within?: string
        olderThan?: string
      }
    }
  | {
      sum: {
        type: string | string[]
        field: string
        op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'
        n: number
        where?: {
          field: string
          op:
            | 'eq'
            | 'ne'
            | 'in'
            | 'gt'
            | 'gte'
            | 'lt'
            | 'lte'
            | 'between'
            | 'contains'
            | 'startsWith'
            | 'exists'
            | 'within'
            | 'olderThan'
            | 'withinNext'
          value?: string | number | boolean | (string | number)[]
        }[]
        within?: string
        between?: unknown[]
        ever?: true
      }
    }
  | {
      sequence: {
        types: string[]
        span?: string
        within?: string
        between?: unknown[]
        ever?: true
      }
    }
  | {
      segment: {
        id: string
      }
    }
  | {
      bucket: {
        salt: string
        from: number
        to: number
      }
    }
  | {
      reachable: {
        channel:
          | 'template'
          | 'subscription'
          | 'mini-program'
          | 'customer-message'
          | 'mass'
          | 'group-send'
          | 'next-visit'
      }
    }

/** ExplainedCondition, as the API takes or gives it. */
export interface ExplainedCondition {
  text: {
    zh: string
    en: string
  }
  holds: boolean
  found?: {
    zh: string
    en: string
  }
  of?: ExplainedCondition[]
}

/** CampaignEstimate, as the API takes or gives it. */
export interface CampaignEstimate {
  asOf: string
  /** the time of the run it was reckoned for */
  for: string
  version: number
  /** in the audience; with stages, whose turn it is */
  people: number
  notDue: number
  holdOut: number
  /** people who would be sent something, by channel */
  channels: Record<string, number>
  /** people who would be sent something later in the run */
  later: Record<string, number>
  /** people who cannot be reached, by the most telling reason */
  reasons: Record<string, number>
  /** by channel, all that stands against it */
  refusals: Record<string, Record<string, number>>
  variants: {
    name: string
    people: number
  }[]
  /** what the platform’s quotas allow of it */
  forecast: {
    channel: string
    people: number
    calls: number
    /** people the quota reaches today */
    fits: number
    /** people it leaves out */
    beyond: number
    left?: number
    perDay?: number
    days?: number
    until?: string
  }[]
  tookMs: number
  /** not everybody was looked at: the bound of a look before saving */
  partial?: true
}

/** CampaignDefinition, as the API takes or gives it. */
export interface CampaignDefinition {
  name: string
  account?: string
  purpose: 'marketing' | 'care'
  audience: string | Record<string, unknown>
  channels: ('customer-message' | 'mass' | 'group-send' | 'next-visit')[]
  article?: string
  card?: string
  params?: Record<string, string>
  text?: string
  variants?: {
    name: string
    weight?: number
    article?: string
    card?: string
    params?: Record<string, string>
    text?: string
  }[]
  stages?: {
    silent: string
    article?: string
    card?: string
    params?: Record<string, string>
    text?: string
  }[]
  holdOut?: number
  schedule?: {
    at?: string
    cron?: string
    timeZone?: string
    from?: string
    until?: string
  }
  stale?:
    | 'run'
    | {
        skipAfter: string
      }
  waves?:
    | 'none'
    | {
        share: number
        pause: string
      }[]
  stop?: {
    failures?: number
    optOuts?: number
    minimum?: number
    action?: 'stop' | 'pause'
  }
  lasts?: string
  endsAt?: string
  ratePerSecond?: number
  repeatUncertain?: boolean
}

/** CampaignRun, as the API takes or gives it. */
export interface CampaignRun {
  occurrence: string
  state: 'scheduled' | 'expanding' | 'sending' | 'resting' | 'paused' | 'done' | 'stopped' | 'skipped' | 'cancelled'
  dueAt: string
  /** when its audience was frozen */
  asOf?: string
  version?: number
  wave?: number
  counts?: {
    people: number
    holdOut: number
    chunks: number
  }
  estimate?: CampaignEstimate
  progress?: CampaignProgress
  optOuts?: number
  endedAt?: string
  reason?: {
    /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
    code: string
    text: string
    at: string
    by?: string
  }
}

/** CampaignProgress, as the API takes or gives it. */
export interface CampaignProgress {
  recipients: number
  states: Record<string, number>
  reasons: Record<string, number>
  variants: {
    sent: number
    failed: number
    uncertain: number
  }[]
  firstSentAt?: string
  lastSentAt?: string
  done: boolean
}

/** CampaignStanding, as the API takes or gives it. */
export interface CampaignStanding {
  inAudience: boolean
  heldOut: boolean
  variant?: string
  run?: string
  end?: {
    state: string
    channel?: string
    reason?: string
    code?: number
    at?: string
    variant: number
  }
}

/** CampaignOptions, as the API takes or gives it. */
export interface CampaignOptions {
  accounts: string[]
  timeZone: string
  caps: {
    day: number
    week: number
    month: number
  }
  quietHours: {
    hours: string
    mode: 'next' | 'abort' | 'ignore'
  }
  /** for more people somebody else than the authors must approve */
  approvalAbove: number
  articles: {
    slug: string
    title: string
    cover?: string
  }[]
  cards: {
    slug: string
    title: string
    app: string
  }[]
}

/** CampaignTemplate, as the API takes or gives it. */
export interface CampaignTemplate {
  id: string
  title: {
    zh: string
    en: string
  }
  about: {
    zh: string
    en: string
  }
  origin: 'house' | 'file'
  definition: Record<string, unknown>
  /** when it is usually sent: days from now, local time */
  suggests: {
    days: number
    time: string
  }
}

/** CampaignPreview, as the API takes or gives it. */
export interface CampaignPreview {
  account: string
  variant?: string
  /** complete, as the platform would get it; absent while nothing is written */
  message?: {
    kind: string
  }
  /** with a contact: would the person get it, and everything that was looked at */
  why?: Why
}

/** Why, as the API takes or gives it. */
export interface Why {
  contact: string
  account: string
  /** the person’s id on the account */
  to?: string
  campaign?: string
  purpose: 'reply' | 'service' | 'marketing' | 'care'
  at: string
  /** the answer in one sentence */
  verdict: {
    zh: string
    en: string
    ok: boolean
  }
  /** everything that was looked at */
  lines: {
    /** campaign, follow, consent, caps, window, mass, quota, quiet, channel or delivery */
    topic: string
    /** false: this stands against the message */
    ok: boolean
    zh: string
    en: string
    fix?: {
      zh: string
      en: string
    }
    at?: string
    evidence?: Record<string, unknown>
  }[]
}

/** CampaignRecipient, as the API takes or gives it. */
export interface CampaignRecipient {
  contact: string
  /** the person’s id on the account; empty once erased */
  to: string
  state:
    | 'waiting'
    | 'sending'
    | 'sent'
    | 'skipped'
    | 'failed'
    | 'retry'
    | 'uncertain'
    | 'cancelled'
    | 'expired'
    | 'waiting-visit'
  variant: number
  channel?: string
  reason?: string
  /** the platform’s error code */
  code?: number
  at?: string
}

/** CampaignLogLine, as the API takes or gives it. */
export interface CampaignLogLine {
  at: string
  type: string
  action?: string
  by?: string
  /** what the person is called */
  name?: string
  note?: string
  occurrence?: string
  version?: number
  people?: number
}

/** CalendarEntry, as the API takes or gives it. */
export interface CalendarEntry {
  kind: 'push' | 'group-send' | 'live'
  /** the push’s name, or the live room */
  id: string
  occurrence: string
  name: string
  at: string
  day: string
  state: string
  /** it has not begun */
  planned: boolean
  /** it will not run as it stands: not approved, or not scheduled */
  tentative: boolean
  repeats: boolean
  /** it can be moved: POST /campaigns/:id/move, or /group-sends/:id/move */
  movable: boolean
  /** name it when moving */
  version?: number
  account?: string
  purpose?: string
  channels: string[]
  /** the same text is the same people */
  audience?: string
  people?: number
  byChannel?: Record<string, number>
}

/** Holiday, as the API takes or gives it. */
export interface Holiday {
  id: string
  zh: string
  en: string
  from: string
  to: string
  /** weekend days that are worked for it */
  work: string[]
  source: string
  /** false: the State Council has not published that year’s arrangement */
  verified: boolean
}

/** CalendarCollision, as the API takes or gives it. */
export interface CalendarCollision {
  day: string
  kind: 'same-audience' | 'cap-day' | 'cap-week' | 'cap-month' | 'mass-month' | 'quota' | 'quiet-hours'
  /** error: people will be left out; warning: perhaps some */
  level: 'error' | 'warning'
  /** <kind>:<id>:<occurrence> */
  entries: string[]
  text: {
    zh: string
    en: string
  }
  source?: string
}

/** CalendarQuota, as the API takes or gives it. */
export interface CalendarQuota {
  day: string
  account: string
  /** mass sends of the month so far, of a follower’s most */
  mass: {
    used: number
    of: number
  }
  channels: {
    channel: string
    people: number
    perDay?: number
  }[]
}

/** CustomerRelation, as the API takes or gives it. */
export interface CustomerRelation {
  account: string
  staff: string
  /** the external_userid */
  customer: string
  /** for /contacts/{id} */
  contact?: string
  /** the first letter and two stars */
  name?: string
  /** half: the member has not confirmed; waiting: the member has left; lost: the customer removed the member; removed: by the member, or not listed any more */
  standing: 'live' | 'half' | 'waiting' | 'lost' | 'removed' | 'transferred'
  addedAt?: string
  endedAt?: string
  /** of the contact way by which they came */
  state?: string
  way?: number
  /** ours */
  tags: string[]
  /** the corporation’s, on the pair */
  corpTags: string[]
  tagsRefused?: {
    tags: string[]
    reason: string
    at: string
  }
}

/** HandOver, as the API takes or gives it. */
export interface HandOver {
  id: string
  account: string
  from: string
  to: string[]
  resigned: boolean
  message?: string
  state: 'planned' | 'running' | 'done'
  /** why it does not get on at the moment */
  held?: string
  createdAt: string
  startedAt?: string
  finishedAt?: string
  by: string
  items: {
    customer: Record<string, number>
    group: Record<string, number>
  }
}

/** ContactWay, as the API takes or gives it. */
export interface ContactWay {
  slug: string
  account: string
  name: string
  /** file: of content/contact-ways, read-only here */
  origin: 'file' | 'store'
  status: 'live' | 'pending' | 'unclear' | 'gone' | 'not-yet' | 'over' | 'removed'
  place: 'qr' | 'mini-program'
  /** the channel that comes back with each customer; never changes */
  state: string
  platformId?: string
  /** the address of the picture */
  qrCode?: string
  /** who receives newcomers now */
  staff: string[]
  counts: {
    added: number
    /** came by it and deleted the member */
    lost: number
  }
  problem?: {
    kind: string
    message: string
    at: string
  }
  /** its file is gone; the code goes on working */
  orphan: boolean
  version: number
  updatedAt: string
  updatedBy: string
  /** as it was written; the fields are those of content/contact-ways */
  definition: unknown
}

/** CustomerGroup, as the API takes or gives it. */
export interface CustomerGroup {
  account: string
  chatId: string
  name: string
  owner: string
  notice: string
  admins: string[]
  createdAt?: string
  /** where it stands when its owner has left */
  hold: 'normal' | 'owner-left' | 'handing-over' | 'handed-over'
  status: 'active' | 'dismissed'
  dismissedAt?: string
  count: number
  customers: number
  nearlyFullAt: number
  capacity: number
  nearlyFull: boolean
  labels: string[]
  folder?: string
  readAt?: string
  /** a change is known that is still being read from the platform */
  pending: boolean
}

/** GroupSync, as the API takes or gives it. */
export interface GroupSync {
  account: string
  state: 'done' | 'busy'
  startedAt?: string
  finishedAt?: string
  counts: {
    listed: number
    read: number
    added: number
    changed: number
    joined: number
    left: number
    dismissed: number
    failed: number
  }
  /** the first hundred */
  differences: {
    kind: 'new' | 'members' | 'name' | 'owner' | 'notice' | 'admins' | 'dismissed' | 'unlisted' | 'refused' | 'later'
    group: string
    detail: string
  }[]
}

/** GroupSendEstimate, as the API takes or gives it. */
export interface GroupSendEstimate {
  asOf: string
  /** when it would be sent: caps are judged for then */
  for: string
  version: number
  /** groups or customers it means; members asked, for moments */
  targets: number
  /** those that would be put into tasks; none is sent before a member confirms */
  planned: number
  owners: number
  largest: {
    staff: string
    targets: number
  }[]
  tasks: number
  /** left out, by reason: over-cap, staff-gone, no-staff, group-dismissed, unknown-group, unknown-customer, not-allowed */
  skipped: Record<string, number>
  /** of not-allowed: by the house’s own rule */
  notAllowed: Record<string, number>
  departments: number
  tookMs: number
}

/** GroupSendDefinition, as the API takes or gives it. */
export interface GroupSendDefinition {
  name: string
  account?: string
  purpose: 'marketing' | 'care'
  to: {
    groups?: {
      all?: true
      labels?: string[]
      folders?: string[]
      chatIds?: string[]
    }
    customers?: {
      segment?: string
      tags?: string[]
      ids?: string[]
      allOf?: string[]
      via?: 'newest' | 'oldest'
    }
    moments?: {
      staff?: string[]
      departments?: number[]
      tags?: string[]
    }
  }
  messages: {
    text?: string
    article?: string
    card?: string
    params?: Record<string, string>
    link?: {
      title: string
      url: string
      description?: string
      picture?: string
    }
    image?: string
  }[]
  schedule?: {
    at?: string
    every?: 'day' | 'week' | 'month'
    on?: number[]
    time?: string
    timeZone?: string
    from?: string
    until?: string
  }
  remindAfter?: string[]
  escalate?: {
    afterMinutes: number
    to: string
    transferGroups?: boolean
  }
  expireAfter?: string
  approvalAbove?: number
}

/** GroupSendRun, as the API takes or gives it. */
export interface GroupSendRun {
  occurrence: string
  kind: 'groups' | 'customers' | 'moments'
  state: 'due' | 'surveying' | 'dividing' | 'running' | 'cancelling' | 'done' | 'cancelled' | 'skipped'
  dueAt: string
  version: number
  /** when its audience was frozen */
  asOf?: string
  found?: {
    targets: number
    skipped: number
    tasks: number
  }
  cancelled?: {
    by: string
    at: string
    note?: string
  }
  endedAt?: string
  reason?: {
    text: string
    at: string
  }
}

/** GroupSendTask, as the API takes or gives it. */
export interface GroupSendTask {
  task: string
  /** empty for moments, which several members publish */
  staff: string
  part: number
  state: 'planned' | 'creating' | 'uncertain' | 'made' | 'done' | 'failed' | 'expired' | 'cancelled' | 'handed-over'
  /** the state in words; 待成员确认 until the platform’s result proves more */
  words: string
  members: {
    staff: string
    name?: string
    state: 'waiting' | 'confirmed' | 'cannot' | 'left' | 'expired' | 'cancelled' | 'unknown'
    at?: string
    why?: string
  }[]
  reminders: {
    at: string
    by: string
    end?: string
    reason?: string
  }[]
  targets: Record<string, number>
  createdAt: string
  madeAt?: string
  expiresAt: string
  /** how old this is */
  polledAt?: string
  escalatedAt?: string
  escalateTo?: string
  attempts: number
  evidence: {
    at: string
    text: string
  }[]
  reason?: string
}

/** GroupSendTarget, as the API takes or gives it. */
export interface GroupSendTarget {
  target: string
  name?: string
  contact?: string
  staff?: string
  task?: string
  state:
    | 'planned'
    | 'waiting'
    | 'sent'
    | 'over-cap'
    | 'not-friend'
    | 'refused'
    | 'expired'
    | 'cancelled'
    | 'assumed'
    | 'unknown'
    | 'skipped'
  reason?: string
  detail?: string
  at: string
}

/** GroupSendOptions, as the API takes or gives it. */
export interface GroupSendOptions {
  /** the corporations; a definition that names none is of the only one */
  accounts: string[]
  /** of schedules that name none */
  timeZone: string
  /** for more targets somebody else than the authors must approve, unless a push says */
  approvalAbove: number
  /** how many mass messages a target may get: as many a month as it has days, 7 a week, 1 a day */
  cap: 'month' | 'week' | 'day'
  /** how long a task may be confirmed, unless a push says */
  expireAfterMinutes: number
  /** a run that would begin this late is skipped */
  skipAfterMinutes: number
}

/** AlertRule, as the API takes or gives it. */
export interface AlertRule {
  title: string
  description?: string
  enabled?: boolean
  when: string[]
  keywords?: string[]
  where?: {
    field: string
    is?: string | number | boolean
    not?: string | number | boolean
    atLeast?: number
    atMost?: number
    contains?: string
    oneOf?: (string | number | boolean)[]
  }[]
  to: {
    staff?: string[]
    customerStaff?: boolean
    otherwise?: string[]
    chat?: string
    robot?: string
    groupSend?: string
  }
  account?: string
  text?: string
  markdown?: string
  card?: {
    title: string
    text?: string
    facts?: {
      name: string
      value: string
    }[]
    link?: string
    buttons?: {
      text: string
      key: string
    }[]
  }
  quietHours?:
    | 'none'
    | {
        hours: string
        mode: 'hold' | 'drop'
      }
  dedupe?: {
    by: string[]
    within: string
  }
  most?: {
    count: number
    within: string
  }
  sample?: Record<string, unknown>
}

/** ContentSummary, as the API takes or gives it. */
export interface ContentSummary {
  kind: 'articles' | 'cards' | 'replies'
  slug: string
  title: string
  /** file: of the content folder, read-only here */
  owner: 'file' | 'console'
  file?: string
  state: 'draft' | 'live'
  /** the newest version */
  rev?: number
  /** the version that is served */
  liveRev?: number
  problems: number
  updatedAt?: string
  updatedBy?: string
}

/** ContentItem, as the API takes or gives it. */
export interface ContentItem {
  kind: 'articles' | 'cards' | 'replies'
  slug: string
  title: string
  /** file: of the content folder, read-only here */
  owner: 'file' | 'console'
  file?: string
  state: 'draft' | 'live'
  /** the newest version */
  rev?: number
  /** the version that is served */
  liveRev?: number
  problems: number
  updatedAt?: string
  updatedBy?: string
  content: Record<string, unknown>
  problemList: ContentProblem[]
  usedBy: ContentUse[]
}

/** ContentProblem, as the API takes or gives it. */
export interface ContentProblem {
  field: string
  message: string
  fix: string
  /** an error keeps it from going live */
  severity: 'error' | 'warning'
  /** of the Markdown body */
  line?: number
}

/** ContentUse, as the API takes or gives it. */
export interface ContentUse {
  what: string
  name: string
  owner: 'file' | 'console' | 'store'
  draft?: boolean
}

/** ContentVersion, as the API takes or gives it. */
export interface ContentVersion {
  rev: number
  act: 'saved' | 'published' | 'withdrawn' | 'rolled-back' | 'deleted'
  title: string
  problems: number
  /** the version that was rolled back to */
  of?: number
  at: string
  by: string
}

/** ContentPicture, as the API takes or gives it. */
export interface ContentPicture {
  /** as articles and cards write it; it lies at /media/<name> */
  name: string
  owner: 'file' | 'console'
  type: string
  bytes: number
  width?: number
  height?: number
  at?: string
  by?: string
}

/** ConnectedAccount, as the API takes or gives it. */
export interface ConnectedAccount {
  id: string
  platform: 'official-account' | 'wecom'
  /** service, subscription; app, bot, kf */
  kind: string
  verified?: boolean
  /** appid, corpid, the bot’s or the desk’s id */
  appid: string
  /** the original id, or the app’s AgentId */
  second?: string
  /** the appid of the linked mini program */
  miniProgram?: string
  apiBase?: string
  /** the account whose callback tells of it */
  over?: string
  callback?: {
    /** to paste at the platform */
    url: string
    /** safe: only encrypted pushes are taken */
    encryption: 'safe' | 'plain'
    lastAt?: string
    /** a kind of update */
    lastKind?: string
    /** when the address was last checked */
    checkedAt?: string
    /** how the last push really came */
    lastMode?: string
    refused: number
    refusedAt?: string
    refusedReason?: string
  }
  secrets: {
    /** demo: everybody knows it */
    secret: 'set' | 'demo' | 'missing'
    /** demo: everybody knows it */
    token: 'set' | 'demo' | 'missing'
    /** demo: everybody knows it */
    aesKey: 'set' | 'demo' | 'missing'
    /** demo: everybody knows it */
    previousToken: 'set' | 'demo' | 'missing'
    /** demo: everybody knows it */
    previousAesKey: 'set' | 'demo' | 'missing'
  }
  tokens: {
    of: 'main' | 'mini-program'
    state: 'good' | 'over' | 'none'
    issuedAt?: string
    expiresAt?: string
    /** when the platform was last made to issue a new one */
    forcedAt?: string
    problem?: {
      reason: string
      fix?: string
    }
  }[]
  /** refused by the platform (48001), and not called again before a re-check */
  denied: {
    endpoint: string
    at: string
    of: 'main' | 'mini-program'
  }[]
}

/** AccountQuotas, as the API takes or gives it. */
export interface AccountQuotas {
  at: string
  /** false: the platform has no call that tells */
  told: boolean
  quotas: {
    endpoint: string
    limit?: number
    used?: number
    left?: number
    /** why the platform tells nothing of it */
    reason?: string
  }[]
}

/** AccountExamined, as the API takes or gives it. */
export interface AccountExamined {
  at: string
  findings: {
    check: string
    state: 'ok' | 'warn' | 'fail'
    found: {
      zh: string
      en: string
    }
    fix?: {
      zh: string
      en: string
    }
  }[]
}

/** AcceptedUpdate, as the API takes or gives it. */
export interface AcceptedUpdate {
  id: string
  account: string
  platform: string
  /** `<account>:<openid>` */
  contact: string
  kind: string
  state: 'received' | 'done' | 'failed' | 'dead'
  /** by the platform’s clock */
  at: string
  receivedAt: string
  finishedAt?: string
  failedAt?: string
  /** from its arrival to its end; those of a batch share theirs */
  tookMs?: number
  attempts: number
  /** the reply came after the budget and went by the outbox */
  late: boolean
  /** the kind of the message that rode the response */
  answered?: string
  /** what its handler threw */
  error?: string
}

/** AcceptedUpdateWhole, as the API takes or gives it. */
export interface AcceptedUpdateWhole {
  id: string
  account: string
  platform: string
  /** `<account>:<openid>` */
  contact: string
  kind: string
  state: 'received' | 'done' | 'failed' | 'dead'
  /** by the platform’s clock */
  at: string
  receivedAt: string
  finishedAt?: string
  failedAt?: string
  /** from its arrival to its end; those of a batch share theirs */
  tookMs?: number
  attempts: number
  /** the reply came after the budget and went by the outbox */
  late: boolean
  /** the kind of the message that rode the response */
  answered?: string
  /** what its handler threw */
  error?: string
  /** the push as it was received, in clear; masked */
  envelope: string
  /** how it was encrypted */
  mode: string
  format: string
  /** from the platform’s clock to ours; the platform tells whole seconds */
  delayMs: number
  /** what rode the response */
  answer?: {
    kind: string
  }
}

/** Replayed, as the API takes or gives it. */
export interface Replayed {
  done: number
  /** their handlers failed again */
  failed: number
  dead: number
  /** too much is under way: the next sweep runs them */
  waiting: number
  /** somebody else was quicker */
  passed: number
  /** ask again for the rest */
  more: boolean
}

/** DeadLetters, as the API takes or gives it. */
export interface DeadLetters {
  updates: {
    failed: number
    dead: number
    oldestAt?: string
  }
  deliveries: {
    failed: number
    uncertain: number
  }
  /** of shops, of types that nobody knows */
  events: number
}

/** LoggedFact, as the API takes or gives it. */
export interface LoggedFact {
  id: string
  source: string
  type: string
  contact?: string
  account?: string
  occurredAt: string
  receivedAt: string
  props: Record<string, unknown>
}

/** PlatformCallFigure, as the API takes or gives it. */
export interface PlatformCallFigure {
  /** `<account>:mini-program` for the linked mini program */
  account: string
  endpoint: string
  /** the errcode, 0 for success, or not-sent, uncertain, http-502 */
  code: string
  count: number
  averageMs: number
  slowestMs: number
  lastAt: string
  /** the platform’s id of the last one, for its support */
  rid?: string
  reason?: {
    zh: string
    en: string
  }
  fix?: {
    zh: string
    en: string
  }
  /** where the words were read */
  source?: string
}

/** ClockJob, as the API takes or gives it. */
export interface ClockJob {
  name: string
  /** again and again, or one occurrence */
  kind: 'tick' | 'once'
  /** of the occurrence */
  key?: string
  every?: string
  timeZone?: string
  nextAt?: string
  lastRunAt?: string
  lastFinishedAt?: string
  tookMs?: number
  running: boolean
  lockedAt?: string
  /** the process that has or had it last */
  by?: string
  failures: number
  failedAt?: string
  /** why it failed last */
  reason?: string
  /** whether it may be run now */
  byHand: boolean
}

/** Health, as the API takes or gives it. */
export interface Health {
  /** a push would be answered now */
  ok: boolean
  problems: string[]
  at: string
  store: {
    kind: 'server' | 'embedded'
    answers: boolean
    pingMs?: number
    documents?: number
    bytes?: number
  }
  disk?: {
    freeBytes: number
    totalBytes: number
  }
  clock: {
    /** how far the store is ahead of this machine */
    offsetMs: number
  }
  spool: {
    bytes: number
    mostBytes: number
  }
  backlog?: {
    updates: {
      open: number
      oldestAt?: string
      failures: number
    }
    deliveries: Record<string, number>
  }
  content: {
    version: string
    errors: number
    warnings: number
  }
  processes: {
    id: string
    host: string
    pid: number
    role: string
    version: string
    node: string
    startedAt: string
    seenAt: string
    /** not heard of for 45 s */
    silent: boolean
    rssBytes: number
    heapBytes: number
    /** of its event loop, 0 to 1 */
    busy: number
    clockOffsetMs: number
    underWay: number
    spoolBytes: number
  }[]
}

/** LibraryProblem, as the API takes or gives it. */
export interface LibraryProblem {
  file: string
  line?: number
  field: string
  message: string
  fix: string
  /** error: the last good version of the file is served */
  severity: 'error' | 'warning'
}

/** ApiKeyShown, as the API takes or gives it. */
export interface ApiKeyShown {
  id: string
  name: string
  shop: string
  account?: string
  scopes: string[]
  perMinute: number
  /** empty: from anywhere */
  addresses: string[]
  createdAt: string
  expiresAt?: string
  revokedAt?: string
  /** to the minute */
  lastUsedAt?: string
  /** how many are taken now */
  secrets: number
  /** until when the elder of two is taken */
  rotatingUntil?: string
  /** the sample shop’s */
  demo: boolean
  /** whether who asks could give these scopes */
  mayRotate: boolean
}

/** ApiKeySecret, as the API takes or gives it. */
export interface ApiKeySecret {
  id: string
  /** shown this once */
  secret: string
}

/** MenuPublication, as the API takes or gives it. */
export interface MenuPublication {
  number: number
  at: string
  by: string
  state: 'publishing' | 'done' | 'differs' | 'failed'
  slugs: string[]
  /** it put back what was there before that publication */
  restores?: number
  changes: number
  problem?: string
  /** why what was there before cannot be put back */
  unrestorable?: string
}

/** ComparedMenu, as the API takes or gives it. */
export interface ComparedMenu {
  slug: string
  /** shown to followers with this tag only */
  tag?: string
  problems: {
    field: string
    message: string
    fix: string
    severity: 'error' | 'warning'
  }[]
  /** absent while it holds errors */
  lines?: {
    /** `1` or `1.2`, from 1 */
    place: string
    name: string
    /** what pressing it does; empty for one that opens others */
    does: string
  }[]
  /** what publishing would change; absent when unknown */
  changes?: (
    | {
        change: 'added'
        after: {
          /** `1` or `1.2`, from 1 */
          place: string
          name: string
          /** what pressing it does; empty for one that opens others */
          does: string
        }
      }
    | {
        change: 'removed'
        before: {
          /** `1` or `1.2`, from 1 */
          place: string
          name: string
          /** what pressing it does; empty for one that opens others */
          does: string
        }
      }
    | {
        change: 'changed'
        before: {
          /** `1` or `1.2`, from 1 */
          place: string
          name: string
          /** what pressing it does; empty for one that opens others */
          does: string
        }
        after: {
          /** `1` or `1.2`, from 1 */
          place: string
          name: string
          /** what pressing it does; empty for one that opens others */
          does: string
        }
      }
  )[]
}

/** ChannelCode, as the API takes or gives it. */
export interface ChannelCode {
  account: string
  /** what comes back with a scan or follow */
  code: string
  name: string
  placement: string
  costCentre?: string
  tags: string[]
  reply?:
    | {
        text: string
      }
    | {
        article: string
      }
    | {
        card: string
      }
  permanent: boolean
  /** what the code says; absent until WeChat has made it */
  url?: string
  createdAt: string
  expiresAt?: string
  counts: {
    /** scans by people who followed already */
    scans: number
    /** follows through the code */
    follows: number
    /** came by it last and left */
    unfollows: number
    /** people whom we met here first */
    first: number
  }
}

/** Notice, as the API takes or gives it. */
export interface Notice {
  slug: string
  /** the business name that news and shops call it by */
  name: string
  /** where it is written; notices are changed there only */
  file: string
  channel: 'template' | 'subscription' | 'mini-program'
  title?: string
  /** by account; `*`: on all */
  templates: Record<string, string>
  fields: {
    key: string
    /** as it is written: `{order.amount|money}` */
    value: string
    shorten: boolean
    /** absent: no field of a template is called so */
    kind?: string
    max?: number
    rule?: {
      zh: string
      en: string
    }
    verified?: boolean
  }[]
  /** the same in words, for people with an open window */
  text?: string
  url?: string
  page?: string
  /** accounts that have its template */
  accounts: string[]
  /** no account could be asked for its templates */
  unchecked: boolean
  problems: {
    field: string
    message: string
    fix: string
    severity: 'error' | 'warning'
    line?: number
  }[]
}

/** Conversation, as the API takes or gives it. */
export interface Conversation {
  _id: string
  contact: string
  account: string
  channel: 'official-account' | 'kf' | 'mini-program'
  /** bot: nobody asked for staff; queued; staff: they owe an answer; waiting: the person is silent; closed */
  state: 'bot' | 'queued' | 'staff' | 'waiting' | 'closed'
  staff?: string
  held?: true
  /** how the staff member calls it: #3 */
  number?: number
  skill?: string
  reason?: string
  priority: 0 | 1
  createdAt: string
  queuedAt?: string
  takenAt?: string
  firstReplyAt?: string
  unansweredSince?: string
  lastInAt?: string
  lastOutAt?: string
  closedAt?: string
  closedBy?: string
  ticket?: string
  /** staff had it in the client of 微信客服, and ended it there */
  elsewhere?: true
  vote?: {
    askedAt: string
    until: string
    choice?: 1 | 2 | 3
    at?: string
  }
}

/** ConversationEntry, as the API takes or gives it. */
export interface ConversationEntry {
  _id: string
  conversation: string
  seq: number
  at: string
  direction: 'in' | 'out' | 'note'
  /** customer, bot, desk, or the userid of a staff member */
  by: string
  content: {
    kind: string
  }
  delivery?: {
    key: string
    state: string
    reason?: string
    detail?: string
    code?: number
    at?: string
  }
  /** a note that was written anew */
  amended?: {
    by: string
    at: string
  }
  /** what a person chose for a message of unclear end */
  settled?: {
    choice: 'again' | 'sent'
    by: string
    at: string
  }
}

/** DeskMember, as the API takes or gives it. */
export interface DeskMember {
  userid: string
  name: string
  skills: string[]
  shifts: string[]
  capacity: number
  /** conversations they hold now */
  load: number
  /** on duty now */
  online: boolean
  inShift: boolean
  /** auto: on duty in their shifts */
  presence: 'auto' | 'online' | 'offline'
  supervisor: boolean
  lastTakenAt?: string
}

/** DeskTicket, as the API takes or gives it. */
export interface DeskTicket {
  _id: string
  number: number
  conversation: string
  contact: string
  account: string
  channel: string
  state: 'open' | 'queued' | 'answered' | 'done' | 'dropped'
  skill?: string
  question: string
  contactWay?: string
  createdAt: string
  opensAt?: string
  deadline: string
  queuedAt?: string
  answeredAt?: string
  staff?: string
}

/** DeskFigures, as the API takes or gives it. */
export interface DeskFigures {
  taken: number
  /** seconds */
  firstReply: {
    count: number
    sum: number
    most: number
  }
  /** seconds */
  answers: {
    count: number
    sum: number
    most: number
  }
  /** seconds */
  resolution: {
    count: number
    sum: number
    most: number
  }
  transferred: number
  reassigned: number
  /** 满意, 一般, 不满意 */
  votes: number[]
  requested: number
  missed: number
  tickets: number
  ticketsOverdue: number
  /** asked for between 22:00 and 8:00 */
  night: number
  hours: number[]
  takenByHour: number[]
  staff: Record<
    string,
    {
      taken: number
      /** seconds */
      firstReply: {
        count: number
        sum: number
        most: number
      }
      /** seconds */
      answers: {
        count: number
        sum: number
        most: number
      }
      /** seconds */
      resolution: {
        count: number
        sum: number
        most: number
      }
      transferred: number
      reassigned: number
      /** 满意, 一般, 不满意 */
      votes: number[]
    }
  >
}

/** CannedReply, as the API takes or gives it. */
export interface CannedReply {
  slug: string
  group: string
  title: string
  /** with {name} {order} {tracking} {staff} */
  text?: string
  article?: string
  card?: string
  keywords?: string[]
  /** file: of content/canned, read-only here */
  origin: 'file' | 'store'
  version?: number
  updatedAt?: string
  updatedBy?: string
}

/** DeskMe, as the API takes or gives it. */
export interface DeskMe {
  /** there is a desk */
  on: boolean
  staff: string
  via: 'wecom' | 'console'
  name: string
  /** one of the desk’s staff, who may take conversations */
  member: boolean
  online: boolean
  presence: 'auto' | 'online' | 'offline'
  capacity: number
  load: number
  /** may assign and close what colleagues have */
  rules: boolean
}

/** InboxRow, as the API takes or gives it. */
export interface InboxRow {
  conversation: Conversation
  name?: string
  picture?: string
  last?: {
    at: string
    direction: 'in' | 'out' | 'note'
    by: string
    line: string
  }
}

/** ThreadEntry, as the API takes or gives it. */
export interface ThreadEntry {
  _id: string
  conversation: string
  seq: number
  at: string
  direction: 'in' | 'out' | 'note'
  /** customer, bot, desk, or the userid of a staff member */
  by: string
  content: {
    kind: string
  }
  delivery?: {
    key: string
    state: string
    reason?: string
    detail?: string
    code?: number
    at?: string
  }
  /** a note that was written anew */
  amended?: {
    by: string
    at: string
  }
  /** what a person chose for a message of unclear end */
  settled?: {
    choice: 'again' | 'sent'
    by: string
    at: string
  }
  shown: {
    /** where its file opens, for three days */
    file?: string
    title?: string
    about?: string
    picture?: string
    url?: string
  }
}

/** ConversationWindow, as the API takes or gives it. */
export interface ConversationWindow {
  /** messages */
  left: number
  /** when the last open window ends */
  until?: string
  /** with nothing left: the messages of an open window are used up */
  unexpired: boolean
  lastActAt?: string
  open: {
    trigger: string
    remaining: number
    until: string
  }[]
}

/** ReadyMessage, as the API takes or gives it. */
export interface ReadyMessage {
  kind: 'canned' | 'article' | 'card'
  slug: string
  title: string
  about: string
  picture?: string
  text?: string
  /** what staff have to fill in */
  missing?: string[]
  article?: string
  card?: string
}

/** DeskSettings, as the API takes or gives it. */
export interface DeskSettings {
  /** file: content/desk.yaml, read-only here; store: set here; none: there is no desk yet */
  origin: 'file' | 'store' | 'none'
  on: boolean
  file?: string
  problems: {
    field: string
    message: string
    fix?: string
  }[]
  /** as content/desk.yaml: shifts, holidays, workdays, skills, staff, routing, times, texts */
  definition?: Record<string, unknown>
  revision: number
  updatedAt?: string
  /** the name of the person, or the key */
  updatedBy?: string
  defaults: {
    /** ms */
    times: Record<string, number>
    texts: Record<string, unknown>
  }
}

/** Me, as the API takes or gives it. */
export interface Me {
  person: {
    id: string
    login: string
    name: string
    roles: string[]
    wecom?: {
      corp: string
      staff: string
    }
  }
  /** what the API lets this person do now */
  scopes: string[]
  sees: {
    phones: 'masked'
    names: 'shown' | 'masked'
  }
  canReveal: boolean
  secondFactor: {
    on: boolean
    /** and while it is not on, the scopes are those of the own account */
    required: boolean
    recoveryLeft: number
  }
  session: {
    id: string
    createdAt: string
    idleEndsAt: string
    endsAt: string
  }
  /** send it as X-CSRF-Token with everything but GET */
  csrf: string
}

/** ConsoleSession, as the API takes or gives it. */
export interface ConsoleSession {
  id: string
  current: boolean
  createdAt: string
  lastSeenAt: string
  endsAt: string
  address: string
  agent: string
}

/** ConsolePerson, as the API takes or gives it. */
export interface ConsolePerson {
  id: string
  login: string
  name: string
  roles: string[]
  state: 'active' | 'disabled' | 'invited'
  secondFactor: boolean
  wecom?: {
    corp: string
    staff: string
  }
  createdAt: string
  lastSignInAt?: string
  rev: number
}

/** AuditEntry, as the API takes or gives it. */
export interface AuditEntry {
  seq: number
  at: string
  actor: {
    kind: 'person' | 'key' | 'command' | 'system'
    id: string
    name?: string
  }
  action: string
  target?: string
  /** done, or the code of the refusal */
  outcome: string
  reason?: string
  address?: string
  change?: unknown
  hash: string
}
