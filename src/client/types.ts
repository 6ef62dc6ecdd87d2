// Made from the API’s own schemas; test/client/operations.test.ts compares, and says how to make it anew.

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
