// Made from the API’s own schemas; test/console/operations.test.ts compares, and says how to make it anew.

import type {
  AcceptedUpdate,
  AcceptedUpdateWhole,
  AccountExamined,
  AccountQuotas,
  AlertRule,
  ApiKeySecret,
  ApiKeyShown,
  AuditEntry,
  BatchAnswer,
  CalendarCollision,
  CalendarEntry,
  CalendarQuota,
  CampaignDefinition,
  CampaignEstimate,
  CampaignLogLine,
  CampaignOptions,
  CampaignPreview,
  CampaignRecipient,
  CampaignRun,
  CampaignStanding,
  CampaignTemplate,
  CannedReply,
  ChannelCode,
  ClockJob,
  ComparedMenu,
  ConnectedAccount,
  ConsolePerson,
  ConsoleSession,
  Contact,
  ContactWay,
  ContentItem,
  ContentPicture,
  ContentProblem,
  ContentSummary,
  ContentVersion,
  Conversation,
  ConversationEntry,
  ConversationWindow,
  CustomerGroup,
  CustomerRelation,
  DeadLetters,
  Delivery,
  DeliveryEvidence,
  DeskFigures,
  DeskMe,
  DeskMember,
  DeskSettings,
  DeskTicket,
  EventTypeDefinition,
  ExplainedCondition,
  GroupSendDefinition,
  GroupSendEstimate,
  GroupSendOptions,
  GroupSendRun,
  GroupSendTarget,
  GroupSendTask,
  GroupSync,
  HandOver,
  Health,
  Holiday,
  Identity,
  InboxRow,
  LibraryProblem,
  LoggedFact,
  Me,
  MenuPublication,
  Notice,
  Order,
  PlatformCallFigure,
  ReadyMessage,
  Replayed,
  Resent,
  SegmentRule,
  Send,
  ShopEvent,
  ThreadEntry,
  Why,
} from './types.js'

/** What each operation takes and answers. */
export interface Operations {
  /** Tell what happened, up to 500 events at once. */
  sendEvents: {
    params: undefined
    query: undefined
    body: {
      events: ShopEvent[]
    }
    answer: BatchAnswer
  }
  /** The types of events that are known, with the JSON Schema of their props. */
  listEventTypes: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      types: {
        type: string
        title: string
        person: 'required' | 'optional'
        keepDays: number
        /** fields that say something personal */
        personal: string[]
        /** false: it was defined here */
        core: boolean
        props: Record<string, unknown>
      }[]
    }
  }
  /** Define a type of events of your own, or define it anew. */
  defineEventType: {
    params: undefined
    query: undefined
    body: EventTypeDefinition
    answer: {
      type: string
    }
  }
  /** Events of unknown types: how many of each, and a page of them. */
  listQuarantine: {
    params: undefined
    query: { type?: string; after?: string; limit?: number }
    body: undefined
    answer: {
      types: {
        shop: string
        type: string
        count: number
        firstAt: string
        lastAt: string
      }[]
      events: {
        id: string
        shop: string
        eventId: string
        type: string
        at: string
        receivedAt: string
        expiresAt: string
        problem?: string
        props: Record<string, unknown>
      }[]
    }
  }
  /** Make facts of the waiting events of a type that is known by now, 1000 at a time. */
  releaseQuarantine: {
    params: undefined
    query: undefined
    body: {
      type: string
    }
    answer: {
      released: number
      /** were facts already */
      known: number
      /** they stay, with the reason */
      refused: {
        id: string
        problem: string
      }[]
      more: boolean
    }
  }
  /** Tell the present state of orders, up to 500 at once, each whole. */
  putOrders: {
    params: undefined
    query: undefined
    body: {
      orders: Order[]
    }
    answer: BatchAnswer
  }
  /** An order of the key’s shop as it was last told. */
  getOrder: {
    params: { orderNo: string }
    query: undefined
    body: undefined
    answer: {
      orderNo: string
      rev: number
      contact?: string
      updatedAt: string
      order: Record<string, unknown>
    }
  }
  /** Say who somebody is and what the shop knows of the person, up to 500 people at once. */
  identify: {
    params: undefined
    query: undefined
    body: {
      people: Identity[]
    }
    answer: BatchAnswer
  }
  /** The contact of a person by what the shop calls them. */
  findContact: {
    params: undefined
    query: { user?: string; miniOpenid?: string; openid?: string; unionid?: string; phone?: string; account?: string }
    body: undefined
    answer: Contact
  }
  /** A contact; the id of one that was merged gives the one it belongs to now. */
  getContact: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: Contact
  }
  /** Erase the person (个人信息保护法, article 47): what stays says only that there was somebody. */
  eraseContact: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      erased: true
    }
  }
  /** Set fields of a person; null removes one. Others stay as they are. */
  editContact: {
    params: { id: string }
    query: undefined
    body: {
      fields: Record<string, string | number | boolean | null>
    }
    answer: Contact
  }
  /** By which ways the person can be written to now: open windows and accepted templates. */
  getWindows: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      windows: {
        account: string
        /** what the person did: message, menu, subscribe, scan */
        trigger: string
        /** messages left in it */
        remaining: number
        until: string
      }[]
      credits: {
        platform: string
        account: string
        template: string
        credits: number
      }[]
    }
  }
  /** The person’s orders, newest first. */
  listContactOrders: {
    params: { id: string }
    query: {
      text?: string
      sort?: 'orderNo' | '-orderNo' | 'shop' | '-shop' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      orders: {
        shop: string
        orderNo: string
        rev: number
        updatedAt: string
        order: Record<string, unknown>
      }[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** Everything that is kept about the person (个人信息保护法, article 45). */
  exportContact: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: Record<string, unknown>
  }
  /** Send one message to one person. */
  sendMessage: {
    params: undefined
    query: undefined
    body: Send
    answer: {
      /** its key, for GET /deliveries */
      delivery: string
      contact: string
      /** known: it was taken before under this Idempotency-Key */
      state: 'queued' | 'known'
    }
  }
  /** People by name, number, id, order, tag, segment and more, page by page. */
  searchContacts: {
    params: undefined
    query: undefined
    body: {
      text?: string
      tags?: {
        any?: string[]
        all?: string[]
        none?: string[]
      }
      account?: string
      follow?: 'following' | 'not-following'
      /** the channel code that brought them first or last */
      channel?: string
      seenFrom?: string
      seenBefore?: string
      /** the result is in the order of ids then */
      segment?: string
      /** by when they were seen last; a segment has the order of ids */
      order?: 'newest' | 'oldest'
      after?: string
      limit?: number
    }
    answer: {
      people: {
        id: string
        name?: string
        identities: {
          platform: string
          account: string
          following: boolean
        }[]
        tags: string[]
        firstSeenAt: string
        lastSeenAt: string
        /** by what the text found the person */
        by?: 'phone' | 'id' | 'order' | 'name' | 'staff-remark'
      }[]
      next?: string
      /** contacts that were looked at for it */
      looked: number
      /** more are called so by staff than a search takes: type more of it */
      cut?: true
    }
  }
  /** One timeline over all platforms, the newest first. */
  getTimeline: {
    params: { id: string }
    query: { before?: string; limit?: number; kinds?: string }
    body: undefined
    answer: {
      entries: {
        at: string
        kind: 'message' | 'delivery' | 'desk' | 'follow' | 'order' | 'group' | 'tag' | 'consent' | 'merge' | 'event'
        /** a type of fact, a kind of message, the state of a delivery or conversation */
        type: string
        account?: string
        /** what was said; only for callers with contacts:write */
        text?: string
        props: Record<string, unknown>
      }[]
      next?: string
    }
  }
  /** Everything the person ever said about messages of a purpose, with where and why. */
  listConsents: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      consents: {
        at: string
        purpose: string
        allowed: boolean
        source: string
        reason?: string
        by?: string
      }[]
    }
  }
  /** Note what the person said elsewhere about messages of a purpose. */
  setConsent: {
    params: { id: string }
    query: undefined
    body: {
      purpose: 'marketing' | 'care'
      allowed: boolean
      reason: string
    }
    answer: Contact
  }
  /** Put tags on a person and take others off, here and, where mirrored, on the platforms. */
  tagContact: {
    params: { id: string }
    query: undefined
    body: {
      add?: string[]
      remove?: string[]
    }
    answer: {
      contact: Contact
      mirrored: {
        platform: string
        account: string
        /** the mirrored tags that both sides have now */
        tags: string[]
        refused: {
          tag: string
          reason: string
        }[]
      }[]
    }
  }
  /** What would be joined when two contacts are one person. */
  previewMerge: {
    params: undefined
    query: undefined
    body: {
      one: string
      other: string
    }
    answer: {
      /** why it cannot be done: one person already, different unionids, different ids on one account */
      conflict?: 'same' | 'unionids' | 'ids'
      /** a merge of the two was taken back before */
      apart: boolean
      /** the older one keeps its id */
      kept: string
      gone: string
      identities: {
        platform: string
        account: string
      }[]
      /** new for the kept one */
      tags: string[]
      fields: {
        taken: string[]
        kept: string[]
      }
      consents: {
        purpose: string
        before?: {
          allowed: boolean
          at: string
          source: string
        }
        after: {
          allowed: boolean
          at: string
          source: string
        }
      }[]
    }
  }
  /** Make one contact of two that are the same person. */
  mergeContacts: {
    params: undefined
    query: undefined
    body: {
      one: string
      other: string
      reason: string
      /** also when it was taken back before */
      again?: boolean
    }
    answer: {
      contact: string
      gone: string
    }
  }
  /** The contacts that became part of this one. */
  listMerges: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      merges: {
        gone: string
        at: string
        /** unionid, shop-login, phone or console */
        by: string
        who?: string
        reason?: string
        identities: {
          platform: string
          account: string
        }[]
        undoable: boolean
      }[]
    }
  }
  /** Take a merge back. */
  undoMerge: {
    params: { gone: string }
    query: undefined
    body: {
      reason: string
    }
    answer: {
      contact: string
    }
  }
  /** Erase the person on request (个人信息保护法, article 47), with the reason for the audit log. */
  erasePerson: {
    params: { id: string }
    query: undefined
    body: {
      reason: string
      /** the last six characters of the contact’s id, typed by a person */
      confirm: string
    }
    answer: {
      erased: true
    }
  }
  /** Deliveries */
  listDeliveries: {
    params: undefined
    query: {
      contact?: string
      source?: string
      state?:
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
      attention?: string
      before?: string
      after?: string
      order?: 'newest' | 'oldest'
      limit?: number
    }
    body: undefined
    answer: {
      deliveries: Delivery[]
    }
  }
  /** How many deliveries wait, failed or have an unclear end */
  countDeliveries: {
    params: undefined
    query: undefined
    body: undefined
    answer: Record<string, number>
  }
  /** One delivery with all its evidence */
  showDelivery: {
    params: { key: string }
    query: undefined
    body: undefined
    answer: DeliveryEvidence
  }
  /** Send it once more (补发) */
  resendDelivery: {
    params: { key: string }
    query: undefined
    body: undefined
    answer: Resent
  }
  /** An unclear end counts as sent (视为已发) */
  treatDeliveryAsSent: {
    params: { key: string }
    query: undefined
    body: undefined
    answer: {
      changed: boolean
    }
  }
  /** Call it back, while it waits */
  cancelDelivery: {
    params: { key: string }
    query: undefined
    body: undefined
    answer: {
      cancelled: boolean
    }
  }
  /** Send again to those of a source to whom it surely did not go */
  resendFailedDeliveries: {
    params: undefined
    query: undefined
    body: {
      source: string
    }
    answer: {
      resent: Resent[]
      /** ask again for the rest */
      more: boolean
    }
  }
  /** Call back everything of a source that has not started */
  cancelDeliveries: {
    params: undefined
    query: undefined
    body: {
      source: string
    }
    answer: {
      cancelled: number
    }
  }
  /** All segments */
  listSegments: {
    params: undefined
    query: {
      text?: string
      sort?: 'title' | '-title' | 'slug' | '-slug' | 'origin' | '-origin' | 'updatedAt' | '-updatedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      segments: {
        slug: string
        title: string
        description?: string
        /** file: of content/segments, read-only here */
        origin: 'file' | 'store'
        version?: number
        updatedAt?: string
        updatedBy?: string
      }[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** A segment with its rule */
  getSegment: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
      title: string
      description?: string
      /** file: of content/segments, read-only here */
      origin: 'file' | 'store'
      version?: number
      updatedAt?: string
      updatedBy?: string
      rule: SegmentRule
      /** what refers to it; it stays while any does */
      usedBy: {
        kind: 'segment' | 'campaign' | 'group-send'
        id: string
        title: string
      }[]
    }
  }
  /** Make or replace a segment */
  putSegment: {
    params: { slug: string }
    query: undefined
    body: {
      title: string
      description?: string
      rule: SegmentRule
      version?: number
    }
    answer: {
      slug: string
      title: string
      description?: string
      /** file: of content/segments, read-only here */
      origin: 'file' | 'store'
      version?: number
      updatedAt?: string
      updatedBy?: string
      rule: SegmentRule
    }
  }
  /** Delete a segment */
  deleteSegment: {
    params: { slug: string }
    query: { version?: number }
    body: undefined
    answer: {
      slug: string
    }
  }
  /** How many a rule means, with a sample */
  countSegment: {
    params: undefined
    query: undefined
    body: {
      rule: SegmentRule
      /** the moment relative times are reckoned from; now unless given */
      asOf?: string
      sample?: number
    }
    answer: {
      count: number
      asOf: string
      sample: {
        contact: string
        /** the first letter and two stars */
        name?: string
        lastSeenAt: string
        tags: string[]
      }[]
    }
  }
  /** The people of a segment, page by page */
  listMembers: {
    params: { slug: string }
    query: { asOf?: string; after?: string; size?: number }
    body: undefined
    answer: {
      asOf: string
      members: {
        contact: string
        /** the first letter and two stars */
        name?: string
        lastSeenAt: string
        tags: string[]
      }[]
      next?: string
    }
  }
  /** Whether somebody belongs to a segment, condition by condition */
  explainMember: {
    params: { slug: string; contact: string }
    query: { asOf?: string }
    body: undefined
    answer: {
      asOf: string
      explained: ExplainedCondition
    }
  }
  /** What rules can be made of: fields, events with their properties, channels, limits */
  segmentVocabulary: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      /** groups within groups at most */
      depth: number
      /** conditions of one rule at most */
      leaves: number
      fields: {
        name: string
        kind: 'number' | 'date' | 'text'
        title: {
          zh: string
          en: string
        }
      }[]
      operators: string[]
      events: {
        type: string
        title: {
          zh: string
          en: string
        }
        fields: string[]
      }[]
      /** channels of a follow condition */
      follow: string[]
      /** channels of a reachable condition */
      reachable: string[]
      accounts: string[]
    }
  }
  /** Whether a rule means somebody, condition by condition */
  explainRule: {
    params: undefined
    query: undefined
    body: {
      rule: SegmentRule
      contact: string
      asOf?: string
    }
    answer: {
      asOf: string
      explained: ExplainedCondition
    }
  }
  /** Campaigns, page by page, the last changed first. */
  listCampaigns: {
    params: undefined
    query: {
      state?: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      text?: string
      sort?:
        | 'name'
        | '-name'
        | 'id'
        | '-id'
        | 'state'
        | '-state'
        | 'people'
        | '-people'
        | 'next'
        | '-next'
        | 'updatedAt'
        | '-updatedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      campaigns: {
        id: string
        state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
        /** of the definition; name it when editing and approving */
        version: number
        authors: string[]
        createdAt: string
        updatedAt: string
        estimate?: CampaignEstimate
        approval?: {
          by: string
          at: string
          version: number
          people: number
        }
        next?: {
          key: string
          at: string
          manual?: true
        }
        reason?: {
          /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
          code: string
          text: string
          at: string
          by?: string
        }
        definition: CampaignDefinition
      }[]
      next?: string
    }
  }
  /** Make a campaign; it starts as a draft. */
  createCampaign: {
    params: undefined
    query: undefined
    body: {
      /** the campaign’s name */
      id: string
      definition: CampaignDefinition
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** A campaign with its newest runs, the estimate beside the outcome. */
  getCampaign: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
      runs: CampaignRun[]
      /** what the people named in it are called, by their ids */
      names: Record<string, string>
    }
  }
  /** Replace the definition. */
  editCampaign: {
    params: { id: string }
    query: undefined
    body: {
      version: number
      definition: CampaignDefinition
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Remove a draft that never ran. */
  removeCampaign: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      removed: true
    }
  }
  /** Look at every person of the audience the way the sender will, and keep what was found. */
  estimateCampaign: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Approve the version that was estimated. */
  approveCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** the version that was looked at */
      version: number
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Put one that runs once at another time, as a calendar does. */
  moveCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** the version that was looked at */
      version: number
      /** an instant with its offset (2026-09-20T10:00:00+08:00), put into the schedule’s own zone; or local text of that zone (2026-09-20T10:00) */
      at: string
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Put it on the calendar by its schedule. */
  scheduleCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Run it now, whatever its schedule says. */
  runCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Let nothing more leave until it is resumed. */
  pauseCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Go on where it was paused. */
  resumeCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Call back for good what has not left, and run it no more. */
  stopCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Take it off the calendar, to be edited. */
  withdrawCampaign: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'paused' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: CampaignEstimate
      approval?: {
        by: string
        at: string
        version: number
        people: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        /** by-hand, stop-rule:failures, stop-rule:opt-outs, audience-grew, content-missing, stale ... */
        code: string
        text: string
        at: string
        by?: string
      }
      definition: CampaignDefinition
    }
  }
  /** Send its message to one person, outside of consent, caps and runs. */
  testCampaign: {
    params: { id: string }
    query: undefined
    body: {
      contact?: string
      /** the person’s id on the account (an openid) */
      to?: string
      variant?: string
    }
    answer: {
      /** for GET /deliveries */
      key: string
      to: string
      variant: string
    }
  }
  /** One run: how far it is, or how it ended. */
  getCampaignRun: {
    params: { id: string; occurrence: string }
    query: undefined
    body: undefined
    answer: CampaignRun
  }
  /** How one person stands to a campaign: in its audience or not, what they get, what became of them. */
  getCampaignRecipient: {
    params: { id: string; contact: string }
    query: undefined
    body: undefined
    answer: CampaignStanding
  }
  /** What a campaign can be made of: accounts, articles, cards, and the house’s rules. */
  campaignOptions: {
    params: undefined
    query: undefined
    body: undefined
    answer: CampaignOptions
  }
  /** Campaigns to begin with: the product’s, and those of content/campaigns. */
  listCampaignTemplates: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      templates: CampaignTemplate[]
    }
  }
  /** Who would get a campaign that is not saved; its name and content may still be missing. */
  estimateDraft: {
    params: undefined
    query: undefined
    body: {
      /** the campaign’s name, where it has one */
      id?: string
      definition: Record<string, unknown>
    }
    answer: {
      audience: number
      estimate: CampaignEstimate
    }
  }
  /** What one person would see, and whether they would get it and why. */
  previewCampaign: {
    params: undefined
    query: undefined
    body: {
      /** the campaign’s name, where it has one */
      id?: string
      definition: Record<string, unknown>
      /** our id of the contact, or an id on an account (an openid) */
      contact?: string
      /** the one that is due unless named */
      variant?: string
    }
    answer: CampaignPreview
  }
  /** The people of a run by how they stand, in pages. */
  listCampaignRecipients: {
    params: { id: string; occurrence: string }
    query: {
      state?:
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
      after?: string
      size?: number
    }
    body: undefined
    answer: {
      recipients: CampaignRecipient[]
      next?: string
    }
  }
  /** Send it once more (补发) to those to whom it failed, or of whom nobody knows. */
  resendCampaign: {
    params: { id: string; occurrence: string }
    query: undefined
    body: {
      whom: 'failed' | 'uncertain' | string[]
      /** why, for the record */
      note?: string
    }
    answer: {
      /** to how many */
      people: number
    }
  }
  /** Unclear ends count as sent (视为已发). */
  treatCampaignAsSent: {
    params: { id: string; occurrence: string }
    query: undefined
    body: {
      whom: 'uncertain' | string[]
      /** why, for the record */
      note?: string
    }
    answer: {
      people: number
    }
  }
  /** Who did what about a campaign and its runs, the newest 200 first. */
  getCampaignLog: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      lines: CampaignLogLine[]
    }
  }
  /** Pushes, group sends, live shows and holidays of a span of days; what collides, and the quotas. */
  getCalendar: {
    params: undefined
    query: { from: string; to: string }
    body: undefined
    answer: {
      from: string
      to: string
      timeZone: string
      entries: CalendarEntry[]
      holidays: Holiday[]
      collisions: CalendarCollision[]
      quota: CalendarQuota[]
    }
  }
  /** Why somebody gets a message, or does not */
  explainContact: {
    params: { id: string }
    query: { campaign?: string; account?: string; purpose?: 'reply' | 'service' | 'marketing' | 'care' }
    body: undefined
    answer: Why
  }
  /** Pairs of member and customer, page by page */
  listCustomers: {
    params: undefined
    query: {
      account: string
      staff?: string
      tag?: string
      state?: string
      standing?: 'live' | 'lost' | 'ended' | 'waiting' | 'all'
      sort?: 'staff' | '-staff' | 'addedAt' | '-addedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      customers: CustomerRelation[]
      next?: string
    }
  }
  /** How many customers each member has */
  listCustomerStaff: {
    params: { account: string }
    query: undefined
    body: undefined
    answer: {
      staff: {
        staff: string
        customers: number
      }[]
    }
  }
  /** How the last sync of customers stands, with what was different */
  getCustomerSync: {
    params: { account: string }
    query: undefined
    body: undefined
    answer: {
      account: string
      state: 'done' | 'paused' | 'busy'
      reason?: string
      startedAt?: string
      finishedAt?: string
      staff: {
        total: number
        done: number
      }
      counts: Record<string, number>
      conflicts: {
        kind: string
        tag?: string
        staff?: string
        detail: string
      }[]
    }
  }
  /** Customers who removed a member, by when they did */
  listLostCustomers: {
    params: { account: string }
    query: { staff?: string; days?: number; order?: 'newest' | 'oldest'; after?: string; limit?: number }
    body: undefined
    answer: {
      customers: CustomerRelation[]
      next?: string
    }
  }
  /** Plan to hand a member’s customers and groups to others */
  planHandOver: {
    params: undefined
    query: undefined
    body: {
      account: string
      from: string
      to: string[]
      customers?: 'all' | string[]
      groups?: 'all' | string[]
      resigned?: boolean
      message?: string
    }
    answer: HandOver
  }
  /** Hand-overs, newest first */
  listHandOvers: {
    params: undefined
    query: { account: string }
    body: undefined
    answer: {
      handOvers: {
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
      }[]
    }
  }
  /** A hand-over with its counts */
  getHandOver: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: HandOver
  }
  /** Drop a hand-over that was not started */
  dropHandOver: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
    }
  }
  /** Customers and groups of a hand-over, where each stands and why */
  listHandOverItems: {
    params: { id: string }
    query: {
      state?: 'planned' | 'sending' | 'waiting' | 'done' | 'refused' | 'taker-full' | 'failed'
      sort?: 'target' | '-target' | 'kind' | '-kind' | 'to' | '-to' | 'state' | '-state' | 'endedAt' | '-endedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      items: {
        kind: 'customer' | 'group'
        target: string
        contact?: string
        to: string
        state: 'planned' | 'sending' | 'waiting' | 'done' | 'refused' | 'taker-full' | 'failed'
        reason?: string
        sentAt?: string
        endedAt?: string
      }[]
      next?: string
    }
  }
  /** Start a planned hand-over; again changes nothing */
  startHandOver: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: HandOver
  }
  /** Customers of members who have left, as the platform lists them */
  listUnassignedCustomers: {
    params: { account: string }
    query: { cursor?: string }
    body: undefined
    answer: {
      customers: {
        staff: string
        customer: string
        leftAt: string
      }[]
      next?: string
    }
  }
  /** One customer with all pairs and what happened lately */
  getCustomer: {
    params: { account: string; customer: string }
    query: undefined
    body: undefined
    answer: {
      customer: string
      contact?: string
      name?: string
      /** whether a unionid is known: it joins followers and customers */
      unionid: boolean
      /** the newest 100 facts of the person, over all accounts */
      timeline: {
        at: string
        type: string
        account?: string
        props: Record<string, unknown>
      }[]
      relations: {
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
        remark?: string
        description?: string
        readAt?: string
      }[]
    }
  }
  /** All contact ways of an account */
  listContactWays: {
    params: undefined
    query: {
      account?: string
      removed?: 'true' | 'false'
      text?: string
      sort?:
        | 'name'
        | '-name'
        | 'slug'
        | '-slug'
        | 'status'
        | '-status'
        | 'channel'
        | '-channel'
        | 'added'
        | '-added'
        | 'lost'
        | '-lost'
        | 'origin'
        | '-origin'
        | 'updatedAt'
        | '-updatedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      ways: ContactWay[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** One contact way, with what it is on the platform */
  getContactWay: {
    params: { slug: string }
    query: { account?: string }
    body: undefined
    answer: ContactWay
  }
  /** Make or change a contact way */
  putContactWay: {
    params: { slug: string }
    query: { account?: string }
    body: {
      definition: Record<string, unknown>
      version?: number
    }
    answer: ContactWay
  }
  /** Remove a contact way from the platform */
  deleteContactWay: {
    params: { slug: string }
    query: { account?: string }
    body: undefined
    answer: {
      slug: string
    }
  }
  /** Make a contact way anew whose code is gone from the platform */
  remakeContactWay: {
    params: { slug: string }
    query: { account?: string }
    body: undefined
    answer: ContactWay
  }
  /** Newcomers and losses by business day and member, newest first */
  listContactWayDays: {
    params: { slug: string }
    query: { account?: string; limit?: number }
    body: undefined
    answer: {
      days: {
        day: string
        staff: string
        added: number
        lost: number
      }[]
    }
  }
  /** Who receives newcomers at a moment, by the rota */
  contactWayOnDuty: {
    params: { slug: string }
    query: { account?: string; at?: string }
    body: undefined
    answer: {
      at: string
      staff: string[]
      by: 'slot' | 'holiday' | 'spare'
    }
  }
  /** How the welcomes of new customers ended */
  countWelcomes: {
    params: undefined
    query: { account?: string; from?: string }
    body: undefined
    answer: {
      from: string
      counts: Record<string, number>
    }
  }
  /** Customer groups, page by page */
  listGroups: {
    params: undefined
    query: {
      account?: string
      owner?: string
      label?: string
      folder?: string
      name?: string
      nearlyFull?: string
      status?: 'active' | 'dismissed'
      sort?:
        | 'id'
        | '-id'
        | 'name'
        | '-name'
        | 'owner'
        | '-owner'
        | 'count'
        | '-count'
        | 'customers'
        | '-customers'
        | 'folder'
        | '-folder'
        | 'createdAt'
        | '-createdAt'
      after?: string
      limit?: number
      today?: string
    }
    body: undefined
    answer: {
      groups: {
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
        /** absent before it was read */
        today?: {
          joined: number
          left: number
        }
      }[]
      next?: string
    }
  }
  /** The groups a person is in, then those they were in, the latest first */
  listContactGroups: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      groups: {
        account: string
        chatId: string
        name?: string
        joinedAt: string
        leftAt?: string
        way: 'invited' | 'link' | 'code' | 'unknown'
        state?: string
      }[]
    }
  }
  /** A customer group */
  getGroup: {
    params: { account: string; chatId: string }
    query: undefined
    body: undefined
    answer: CustomerGroup
  }
  /** Label a group, put it into a folder, set where it is nearly full */
  editGroup: {
    params: { account: string; chatId: string }
    query: undefined
    body: {
      addLabels?: string[]
      removeLabels?: string[]
      folder?: string | null
      nearlyFullAt?: number | null
    }
    answer: CustomerGroup
  }
  /** Who is in a group, with the way by which they came */
  listGroupMembers: {
    params: { account: string; chatId: string }
    query: {
      text?: string
      kind?: 'staff' | 'customer' | 'unknown'
      sort?: 'id' | '-id' | 'member' | '-member' | 'kind' | '-kind' | 'way' | '-way' | 'joinedAt' | '-joinedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      members: {
        /** the id of the member or customer on the platform */
        member: string
        kind: 'staff' | 'customer' | 'unknown'
        name?: string
        nickname?: string
        contact?: string
        joinedAt: string
        way: 'invited' | 'link' | 'code' | 'unknown'
        /** of the join way */
        state?: string
        invitedBy?: string
      }[]
      next?: string
    }
  }
  /** Joins and leaves of a group by business day (Asia/Shanghai), by our own record */
  listGroupDays: {
    params: { account: string; chatId: string }
    query: { days?: number }
    body: undefined
    answer: {
      since?: string
      days: {
        day: string
        joined: number
        left: number
        /** at the end of the day */
        members: number
        byState: Record<string, number>
        byWay: Record<string, number>
        byLeave: Record<string, number>
      }[]
    }
  }
  /** Labels and folders with how many groups they have */
  listGroupLabels: {
    params: { account: string }
    query: undefined
    body: undefined
    answer: {
      labels: {
        label: string
        groups: number
      }[]
      folders: {
        folder: string
        groups: number
      }[]
    }
  }
  /** The group in which a page of a mini program was opened */
  resolveOpengid: {
    params: { account: string; opengid: string }
    query: undefined
    body: undefined
    answer: {
      account: string
      chatId: string
      group?: CustomerGroup
    }
  }
  /** The platform’s own figures, by owner and day */
  listGroupOwnerDays: {
    params: { account: string }
    query: { from: string; to: string; owner?: string }
    body: undefined
    answer: {
      days: {
        account: string
        owner: string
        day: string
        groups: number
        newGroups: number
        groupsWithMessages: number
        members: number
        newMembers: number
        membersWithMessages: number
        messages: number
      }[]
    }
  }
  /** Read all groups from the platform now */
  syncGroups: {
    params: { account: string }
    query: undefined
    body: undefined
    answer: GroupSync
  }
  /** How the last reading of all groups stands, and what it found different */
  getGroupSync: {
    params: { account: string }
    query: undefined
    body: undefined
    answer: GroupSync
  }
  /** All join ways with their groups and counts */
  listJoinWays: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      ways: {
        slug: string
        title: string
        account: string
        origin: 'file' | 'store'
        version?: number
        definition: Record<string, unknown>
        /** the platform has it */
        made: boolean
        configId?: string
        /** the address of the picture */
        qrCode?: string
        /** somebody can join by it now */
        room: boolean
        groups: {
          chatId: string
          name: string
          members: number
          state: 'open' | 'full' | 'dismissed'
          /** the code leads there now */
          live: boolean
          /** the platform made it when the others were full */
          made: boolean
        }[]
        /** named, but not in the roster */
        unknown: string[]
        problem?: {
          code: string
          message: string
          fix: string
          since: string
          tries: number
          retryAt: string
        }
        counts: {
          /** people it was offered to */
          offered: number
          opened: number
          /** joined by it, offered or not */
          joined: number
          /** joined and had been offered it */
          steered: number
          left: number
        }
      }[]
    }
  }
  /** A join way */
  getJoinWay: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
      title: string
      account: string
      origin: 'file' | 'store'
      version?: number
      definition: Record<string, unknown>
      /** the platform has it */
      made: boolean
      configId?: string
      /** the address of the picture */
      qrCode?: string
      /** somebody can join by it now */
      room: boolean
      groups: {
        chatId: string
        name: string
        members: number
        state: 'open' | 'full' | 'dismissed'
        /** the code leads there now */
        live: boolean
        /** the platform made it when the others were full */
        made: boolean
      }[]
      /** named, but not in the roster */
      unknown: string[]
      problem?: {
        code: string
        message: string
        fix: string
        since: string
        tries: number
        retryAt: string
      }
      counts: {
        /** people it was offered to */
        offered: number
        opened: number
        /** joined by it, offered or not */
        joined: number
        /** joined and had been offered it */
        steered: number
        left: number
      }
    }
  }
  /** Make or replace a join way */
  putJoinWay: {
    params: { slug: string }
    query: undefined
    body: {
      /** the fields of a file of content/join-ways */
      definition: Record<string, unknown>
      /** the version that is replaced; 0: there is none yet */
      version?: number
    }
    answer: {
      slug: string
      title: string
      account: string
      origin: 'file' | 'store'
      version?: number
      definition: Record<string, unknown>
      /** the platform has it */
      made: boolean
      configId?: string
      /** the address of the picture */
      qrCode?: string
      /** somebody can join by it now */
      room: boolean
      groups: {
        chatId: string
        name: string
        members: number
        state: 'open' | 'full' | 'dismissed'
        /** the code leads there now */
        live: boolean
        /** the platform made it when the others were full */
        made: boolean
      }[]
      /** named, but not in the roster */
      unknown: string[]
      problem?: {
        code: string
        message: string
        fix: string
        since: string
        tries: number
        retryAt: string
      }
      counts: {
        /** people it was offered to */
        offered: number
        opened: number
        /** joined by it, offered or not */
        joined: number
        /** joined and had been offered it */
        steered: number
        left: number
      }
    }
  }
  /** Delete a join way, here and on the platform */
  deleteJoinWay: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
    }
  }
  /** Bring a join way in line with its definition and the roster now */
  syncJoinWay: {
    params: { slug: string }
    query: undefined
    body: {
      anyway?: boolean
    }
    answer: {
      outcome: string
      problem?: {
        code: string
        message: string
        fix: string
      }
    }
  }
  /** All rule sets that lead people to groups */
  listSteering: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      sets: {
        slug: string
        title: string
        origin: 'file' | 'store'
        version?: number
        definition: Record<string, unknown>
      }[]
    }
  }
  /** A rule set */
  getSteering: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
      title: string
      origin: 'file' | 'store'
      version?: number
      definition: Record<string, unknown>
    }
  }
  /** Make or replace a rule set */
  putSteering: {
    params: { slug: string }
    query: undefined
    body: {
      /** the fields of a file of content/steering */
      definition: Record<string, unknown>
      /** the version that is replaced; 0: there is none yet */
      version?: number
    }
    answer: {
      slug: string
      title: string
      origin: 'file' | 'store'
      version?: number
      definition: Record<string, unknown>
    }
  }
  /** Delete a rule set */
  deleteSteering: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
    }
  }
  /** Which group a contact would get, and why */
  trySteering: {
    params: { slug: string }
    query: undefined
    body: {
      contact: string
      said?: string
      scene?: string
      state?: string
    }
    answer: {
      facts: {
        tags: string[]
        segments: string[]
        said?: string
        scenes: string[]
        states: string[]
        city?: string
        groups: string[]
      }
      choice:
        | {
            to: 'way'
            way: string
            /** the place of the rule, from 0 */
            rule: number | 'default'
            passed: {
              /** the place of the rule, from 0 */
              rule: number | 'default'
              way: string
              why: 'unfit' | 'full' | 'unready' | 'already'
            }[]
          }
        | {
            to: 'already'
            way: string
            /** the place of the rule, from 0 */
            rule: number | 'default'
            chatId: string
            group: string
            passed: {
              /** the place of the rule, from 0 */
              rule: number | 'default'
              way: string
              why: 'unfit' | 'full' | 'unready' | 'already'
            }[]
          }
        | {
            to: 'waiting'
            full: string[]
            passed: {
              /** the place of the rule, from 0 */
              rule: number | 'default'
              way: string
              why: 'unfit' | 'full' | 'unready' | 'already'
            }[]
          }
        | {
            to: 'nobody'
            passed: {
              /** the place of the rule, from 0 */
              rule: number | 'default'
              way: string
              why: 'unfit' | 'full' | 'unready' | 'already'
            }[]
          }
      unjudged: {
        segment: string
        reason: string
      }[]
    }
  }
  /** Pushes to groups, customers and moments, the last changed first. */
  listGroupSends: {
    params: undefined
    query: {
      state?: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      text?: string
      sort?:
        | 'name'
        | '-name'
        | 'id'
        | '-id'
        | 'state'
        | '-state'
        | 'targets'
        | '-targets'
        | 'tasks'
        | '-tasks'
        | 'next'
        | '-next'
        | 'updatedAt'
        | '-updatedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      groupSends: {
        id: string
        state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
        /** of the definition; name it when editing and approving */
        version: number
        authors: string[]
        createdAt: string
        updatedAt: string
        estimate?: GroupSendEstimate
        approval?: {
          by: string
          at: string
          version: number
          targets: number
        }
        next?: {
          key: string
          at: string
          manual?: true
        }
        reason?: {
          text: string
          at: string
          by?: string
        }
        definition: GroupSendDefinition
      }[]
      next?: string
    }
  }
  /** Make a push; it starts as a draft. */
  createGroupSend: {
    params: undefined
    query: undefined
    body: {
      /** the push’s name */
      id: string
      definition: GroupSendDefinition
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** A push with its newest runs. */
  getGroupSend: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
      runs: GroupSendRun[]
      /** what the people named in it are called, by their ids */
      names: Record<string, string>
    }
  }
  /** Replace the definition; estimate and approval are taken back. */
  editGroupSend: {
    params: { id: string }
    query: undefined
    body: {
      version: number
      definition: GroupSendDefinition
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** Put one that runs once at another time, as a calendar does. */
  moveGroupSend: {
    params: { id: string }
    query: undefined
    body: {
      /** the version that was looked at */
      version: number
      /** an instant with its offset (2026-09-24T10:00:00+08:00), put into the schedule’s own zone; or local text of that zone (2026-09-24T10:00) */
      at: string
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** Look at every target: who would be asked to send, who is left out and why. */
  estimateGroupSend: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** Approve the version that was estimated. */
  approveGroupSend: {
    params: { id: string }
    query: undefined
    body: {
      /** the version that was looked at */
      version: number
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** Make its tasks by its schedule, or at once. */
  startGroupSend: {
    params: { id: string }
    query: undefined
    body: {
      now?: boolean
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** Run it no more and call back what nobody has confirmed. */
  cancelGroupSend: {
    params: { id: string }
    query: undefined
    body: {
      /** why, for the record */
      note?: string
    }
    answer: {
      id: string
      state: 'draft' | 'estimated' | 'approved' | 'scheduled' | 'running' | 'done' | 'stopped'
      /** of the definition; name it when editing and approving */
      version: number
      authors: string[]
      createdAt: string
      updatedAt: string
      estimate?: GroupSendEstimate
      approval?: {
        by: string
        at: string
        version: number
        targets: number
      }
      next?: {
        key: string
        at: string
        manual?: true
      }
      reason?: {
        text: string
        at: string
        by?: string
      }
      definition: GroupSendDefinition
    }
  }
  /** Remind everybody who has not confirmed. */
  remindGroupSend: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      /** tasks it is done for */
      tasks: number
    }
  }
  /** Read the results again now. */
  refreshGroupSend: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      /** tasks it is done for */
      tasks: number
    }
  }
  /** The result table of a run: per member and per state of the targets. */
  getGroupSendTable: {
    params: { id: string; occurrence: string }
    query: {
      after?: string
      size?: number
      state?:
        | 'planned'
        | 'creating'
        | 'uncertain'
        | 'made'
        | 'done'
        | 'failed'
        | 'expired'
        | 'cancelled'
        | 'handed-over'
      sort?: 'task' | '-task' | 'staff' | '-staff' | 'state' | '-state' | 'expiresAt' | '-expiresAt'
    }
    body: undefined
    answer: {
      run: GroupSendRun
      tasks: GroupSendTask[]
      next?: string
      totals: {
        tasks: Record<string, number>
        members: Record<string, number>
        targets: Record<string, number>
        skipped: Record<string, number>
      }
    }
  }
  /** What became of each group or customer of a run, in pages. */
  listGroupSendTargets: {
    params: { id: string; occurrence: string }
    query: {
      after?: string
      size?: number
      sort?: 'target' | '-target' | 'staff' | '-staff'
      task?: string
      state?:
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
    }
    body: undefined
    answer: {
      targets: GroupSendTarget[]
      next?: string
    }
  }
  /** Decide about an uncertain task: make it again (再建), or take it as made (视为已建). */
  decideGroupSendTask: {
    params: { id: string }
    query: undefined
    body: {
      task: string
      as: 'again' | 'made'
      note?: string
    }
    answer: {
      task: string
      state: string
    }
  }
  /** The house’s rules for group sends: corporations, approval, cap, how long a task may be confirmed. */
  groupSendOptions: {
    params: undefined
    query: undefined
    body: undefined
    answer: GroupSendOptions
  }
  /** All rules of alerts to staff */
  listAlertRules: {
    params: undefined
    query: {
      text?: string
      sort?: 'title' | '-title' | 'slug' | '-slug' | 'origin' | '-origin' | 'updatedAt' | '-updatedAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      rules: {
        slug: string
        definition: Record<string, unknown>
        /** file: of content/alerts, read-only here */
        origin: 'file' | 'store'
        version?: number
        updatedAt?: string
        updatedBy?: string
      }[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** A rule of alerts */
  getAlertRule: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
      definition: Record<string, unknown>
      /** file: of content/alerts, read-only here */
      origin: 'file' | 'store'
      version?: number
      updatedAt?: string
      updatedBy?: string
    }
  }
  /** Make or replace a rule of alerts */
  putAlertRule: {
    params: { slug: string }
    query: undefined
    body: {
      definition: AlertRule
      version?: number
    }
    answer: {
      slug: string
      definition: Record<string, unknown>
      /** file: of content/alerts, read-only here */
      origin: 'file' | 'store'
      version?: number
      updatedAt?: string
      updatedBy?: string
      warnings: {
        field: string
        message: string
        fix: string
      }[]
    }
  }
  /** Delete a rule of alerts */
  deleteAlertRule: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
    }
  }
  /** What a rule would do with a fact; nothing is sent */
  tryAlert: {
    params: undefined
    query: undefined
    body: {
      slug?: string
      definition?: AlertRule
      fact?: {
        type?: string
        contact?: string
        account?: string
        occurredAt?: string
        props?: Record<string, unknown>
      }
    }
    answer: {
      matches: boolean
      misses?: string
      text: string
      content: unknown
      recipients: (
        | {
            kind: 'staff'
            account: string
            staff: string
          }
        | {
            kind: 'chat'
            chat: string
          }
        | {
            kind: 'robot'
            robot: string
          }
        | {
            kind: 'group-send'
            name: string
          }
      )[]
      missing: string[]
      gaps: string[]
      quiet?: {
        until: string
        mode: 'hold' | 'drop'
      }
    }
  }
  /** What a rule can be about, with the variables of each event */
  listAlertEvents: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      events: {
        name: string
        title: string
        sample: Record<string, unknown>
        optional: string[]
      }[]
    }
  }
  /** Alerts with what became of them, by when they came */
  listAlerts: {
    params: undefined
    query: {
      rule?: string
      state?: 'new' | 'waiting' | 'held' | 'capped' | 'dropped' | 'written' | 'handed' | 'failed'
      after?: string
      order?: 'newest' | 'oldest'
      limit?: number
    }
    body: undefined
    answer: {
      alerts: {
        id: string
        rule: string
        title: string
        /** the type of the fact; storm: a summary */
        type: string
        /** held: repeated; capped: part of a storm; dropped: quiet hours or erased; handed: given to the ways out */
        state: 'new' | 'waiting' | 'held' | 'capped' | 'dropped' | 'written' | 'handed' | 'failed'
        at: string
        dueAt: string
        contact?: string
        /** how many held-back ones it told of */
        others?: number
        reason?: string
        toldBy?: string
        content?: unknown
        gaps?: string[]
        ways: {
          to:
            | {
                kind: 'staff'
                account: string
                staff: string
              }
            | {
                kind: 'chat'
                chat: string
              }
            | {
                kind: 'robot'
                robot: string
              }
            | {
                kind: 'group-send'
                name: string
              }
          /** of the delivery, where the state is outbox */
          key: string
          state: 'outbox' | 'queued' | 'calling' | 'sent' | 'failed' | 'uncertain' | 'expired'
          reason?: string
        }[]
      }[]
      next?: string
    }
  }
  /** How alerts are doing: what waits, and robots and groups that take nothing */
  alertStatus: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      followedTo?: string
      /** facts that were never looked at, as nobody ran for too long */
      stale: number
      alerts: Record<string, number>
      posts: {
        queued: number
        uncertain: number
        failed: number
      }
      robots: {
        name: string
        stopped?: {
          at: string
          reason: string
          code?: number
        }
        restUntil?: string
      }[]
      chats: {
        name: string
        stopped?: {
          at: string
          reason: string
          code?: number
        }
        restUntil?: string
      }[]
    }
  }
  /** Robots and internal groups that alerts go to, and whether they still take them */
  listAlertPlaces: {
    params: undefined
    query: {
      text?: string
      sort?: 'name' | '-name' | 'kind' | '-kind' | 'stopped' | '-stopped'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      places: {
        name: string
        stopped?: {
          at: string
          reason: string
          code?: number
        }
        restUntil?: string
        kind: 'robot' | 'chat'
      }[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** Use a stopped robot or internal group again */
  resumeAlertPlace: {
    params: { kind: string; name: string }
    query: undefined
    body: undefined
    answer: {
      resumed: boolean
    }
  }
  /** Items of a kind: those of the console, the last changed first, then those of files */
  listContent: {
    params: { kind: string }
    query: {
      text?: string
      owner?: 'file' | 'console'
      state?: 'draft' | 'live'
      sort?:
        | 'title'
        | '-title'
        | 'slug'
        | '-slug'
        | 'state'
        | '-state'
        | 'owner'
        | '-owner'
        | 'updatedAt'
        | '-updatedAt'
      cursor?: string
      limit?: number
    }
    body: undefined
    answer: {
      items: ContentSummary[]
      next?: string
    }
  }
  /** An item with its fields, what is wrong with it, and what uses it */
  getContent: {
    params: { kind: string; slug: string }
    query: undefined
    body: undefined
    answer: ContentItem
  }
  /** Make an item, or a new version of it */
  putContent: {
    params: { kind: string; slug: string }
    query: undefined
    body: {
      content: Record<string, unknown>
      rev: number
      live?: boolean
    }
    answer: ContentItem
  }
  /** Delete an item; refused while something uses it */
  deleteContent: {
    params: { kind: string; slug: string }
    query: { rev: number }
    body: undefined
    answer: {
      slug: string
    }
  }
  /** Serve the newest version */
  publishContent: {
    params: { kind: string; slug: string }
    query: undefined
    body: {
      /** the version that was looked at */
      rev: number
    }
    answer: ContentItem
  }
  /** Serve it no more; it stays as a draft */
  withdrawContent: {
    params: { kind: string; slug: string }
    query: undefined
    body: {
      /** the version that was looked at */
      rev: number
    }
    answer: ContentItem
  }
  /** The versions of an item, the newest first */
  listContentVersions: {
    params: { kind: string; slug: string }
    query: { before?: number; limit?: number }
    body: undefined
    answer: {
      versions: ContentVersion[]
    }
  }
  /** A version with its fields */
  getContentVersion: {
    params: { kind: string; slug: string; version: string }
    query: undefined
    body: undefined
    answer: {
      rev: number
      act: 'saved' | 'published' | 'withdrawn' | 'rolled-back' | 'deleted'
      title: string
      problems: number
      /** the version that was rolled back to */
      of?: number
      at: string
      by: string
      content: Record<string, unknown>
    }
  }
  /** Make an old version the newest one */
  rollBackContent: {
    params: { kind: string; slug: string }
    query: undefined
    body: {
      version: number
      rev: number
      live?: boolean
    }
    answer: ContentItem
  }
  /** What fields would come to: problems, the article’s page, the card, the answer */
  previewContent: {
    params: { kind: string }
    query: undefined
    body: {
      slug?: string
      content: Record<string, unknown>
    }
    answer: {
      problems: ContentProblem[]
      article?: {
        /** sanitised, styles inlined */
        html: string
        /** of the body as it goes to WeChat */
        characters: number
        most: number
      }
      card?: {
        title: string
        appid: string
        path: string
        thumb: string
        app: string
        url?: string
      }
      reply?: {
        /** as it is written: { kind: text, text } */
        message: unknown
        /** as it leaves: an article as a link with title and picture */
        resolved?: unknown
        missing?: {
          kind: string
          name: string
        }
      }
    }
  }
  /** Which rule answers a message */
  tryReply: {
    params: undefined
    query: undefined
    body: {
      text: string
      at?: string
      draft?: {
        slug?: string
        content: Record<string, unknown>
      }
    }
    answer: {
      /** absent: no rule answers */
      rule?: {
        slug: string
        owner: 'file' | 'console'
        file: string
        line: number
        by: 'exact' | 'contains' | 'regex'
      }
      /** as it is written: { kind: text, text } */
      message?: unknown
      /** as it leaves: an article as a link with title and picture */
      resolved?: unknown
      missing?: {
        kind: string
        name: string
      }
    }
  }
  /** Pictures to choose from, those of the console first */
  listContentPictures: {
    params: undefined
    query: { text?: string; owner?: 'file' | 'console'; cursor?: string; limit?: number }
    body: undefined
    answer: {
      pictures: ContentPicture[]
      next?: string
    }
  }
  /** Keep a picture (JPG or PNG) */
  putContentPicture: {
    params: undefined
    query: undefined
    body: {
      /** what the file was called; its name here is made of it */
      name: string
      data: string
      use?: 'cover' | 'body' | 'thumb' | 'reply'
    }
    answer: ContentPicture
  }
  /** Remove a picture that nothing uses */
  deleteContentPicture: {
    params: { name: string }
    query: undefined
    body: undefined
    answer: {
      name: string
    }
  }
  /** How an article stands on each Official Account */
  getArticleOnWechat: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      accounts: {
        account: string
        /** outdated: edited since; unknown: a push broke off */
        draft: 'none' | 'current' | 'outdated' | 'unknown'
        job?: {
          kind: 'publish' | 'mass'
          state: string
          at: string
          reason?: string
          fix?: string
        }
        published?: {
          url?: string
          at: string
          current: boolean
        }
        sent?: {
          url?: string
          at: string
        }
      }[]
    }
  }
  /** Make or update the article’s draft on an Official Account */
  pushArticleDraft: {
    params: { slug: string }
    query: undefined
    body: {
      account: string
      again?: boolean
    }
    answer: {
      state: 'created' | 'updated' | 'unchanged' | 'released'
      /** what readers will not get as written */
      notes: string[]
    }
  }
  /** The configured accounts: callback, secrets (only whether they are there), tokens, permissions */
  listAccounts: {
    params: undefined
    query: {
      text?: string
      sort?: 'id' | '-id' | 'callback' | '-callback' | 'denied' | '-denied'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      accounts: ConnectedAccount[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** One account */
  showAccount: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: ConnectedAccount
  }
  /** Calls left today, as the platform says */
  readAccountQuotas: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: AccountQuotas
  }
  /** Look the account over from the outside in, as `weloop doctor` does */
  examineAccount: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: AccountExamined
  }
  /** Forget refused permissions and trouble with tokens: they are mended */
  recheckAccount: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: ConnectedAccount
  }
  /** Accepted updates */
  listUpdates: {
    params: undefined
    query: {
      state?: 'received' | 'done' | 'failed' | 'dead'
      account?: string
      kind?: string
      contact?: string
      from?: string
      to?: string
      after?: string
      order?: 'newest' | 'oldest'
      limit?: number
    }
    body: undefined
    answer: {
      updates: AcceptedUpdate[]
      next?: string
    }
  }
  /** One update with the push it came by, masked, and what became of it */
  showUpdate: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: AcceptedUpdateWhole
  }
  /** Handle a failed or dead update again (重新处理) */
  replayUpdate: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      state: 'received' | 'done' | 'failed' | 'dead'
      error?: string
    }
  }
  /** Handle failed and dead updates again, those that failed first in front */
  replayFailedUpdates: {
    params: undefined
    query: undefined
    body: {
      account?: string
      kind?: string
      limit?: number
    }
    answer: Replayed
  }
  /** How much waits for a person: failed updates, failed and unclear deliveries, unknown events */
  countDeadLetters: {
    params: undefined
    query: undefined
    body: undefined
    answer: DeadLetters
  }
  /** Facts, by when they happened */
  listFacts: {
    params: undefined
    query: {
      type?: string
      contact?: string
      source?: string
      account?: string
      from?: string
      to?: string
      after?: string
      order?: 'newest' | 'oldest'
      limit?: number
    }
    body: undefined
    answer: {
      facts: LoggedFact[]
      next?: string
    }
  }
  /** Calls of the platforms by endpoint and errcode, and by hour */
  readPlatformCalls: {
    params: undefined
    query: {
      account?: string
      endpoint?: string
      from?: string
      to?: string
      failed?: string
      text?: string
      sort?:
        | 'endpoint'
        | '-endpoint'
        | 'account'
        | '-account'
        | 'code'
        | '-code'
        | 'count'
        | '-count'
        | 'averageMs'
        | '-averageMs'
        | 'slowestMs'
        | '-slowestMs'
        | 'lastAt'
        | '-lastAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      from: string
      to: string
      calls: PlatformCallFigure[]
      next?: string
      /** rows of all pages */
      total: number
      hours: {
        hour: string
        codes: Record<string, number>
      }[]
    }
  }
  /** The clock: ticks and occurrences with their last run and their next */
  listJobs: {
    params: undefined
    query: {
      text?: string
      sort?:
        | 'name'
        | '-name'
        | 'lastRunAt'
        | '-lastRunAt'
        | 'tookMs'
        | '-tookMs'
        | 'nextAt'
        | '-nextAt'
        | 'failures'
        | '-failures'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      jobs: ClockJob[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** Make a tick due now */
  runJob: {
    params: { name: string }
    query: undefined
    body: undefined
    answer: {
      /** false: it runs already */
      started: boolean
    }
  }
  /** Readiness, processes, store, spool, clock, backlog */
  readHealth: {
    params: undefined
    query: undefined
    body: undefined
    answer: Health
  }
  /** What is wrong with the files of content/ as they are on the disk now */
  listContentProblems: {
    params: undefined
    query: { text?: string; sort?: 'file' | '-file' | 'severity' | '-severity'; after?: string; limit?: number }
    body: undefined
    answer: {
      version: string
      problems: LibraryProblem[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** The API keys, without their secrets */
  listApiKeys: {
    params: undefined
    query: {
      text?: string
      sort?: 'name' | '-name' | 'shop' | '-shop' | 'lastUsedAt' | '-lastUsedAt' | 'createdAt' | '-createdAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      keys: ApiKeyShown[]
      next?: string
      /** rows of all pages */
      total: number
      /** who asks may give these */
      scopes: string[]
    }
  }
  /** Make a key; its secret is in the answer, this once */
  createApiKey: {
    params: undefined
    query: undefined
    body: {
      name: string
      shop: string
      scopes: (
        | 'events:write'
        | 'orders:write'
        | 'contacts:read'
        | 'contacts:write'
        | 'messages:send'
        | 'segments:read'
        | 'segments:write'
        | 'campaigns:read'
        | 'campaigns:write'
        | 'deliveries:read'
        | 'deliveries:write'
        | 'groups:read'
        | 'groups:write'
        | 'content:read'
        | 'content:write'
        | 'desk:read'
        | 'desk:write'
        | 'operations:read'
        | 'operations:write'
        | 'admin'
      )[]
      /** the account whose openids the shop means */
      account?: string
      perMinute?: number
      addresses?: string[]
      expiresAt?: string
    }
    answer: ApiKeySecret
  }
  /** A second secret, in the answer this once; the present one ends after the overlap */
  rotateApiKey: {
    params: { id: string }
    query: undefined
    body: {
      /** 0 ends it at once */
      overlapHours?: number
    }
    answer: ApiKeySecret
  }
  /** End a key; running processes know within 5 s */
  revokeApiKey: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: ApiKeyShown
  }
  /** The accounts that may have menus */
  listMenuAccounts: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      accounts: {
        account: string
        may: boolean
      }[]
    }
  }
  /** The menus of an account: files, drafts, what is on WeChat now, and the difference */
  getMenus: {
    params: { account: string }
    query: undefined
    body: undefined
    answer: {
      account: string
      /** false: this kind of account has no menu by API */
      may: boolean
      menus: {
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
        /** as content/menus writes it */
        file?: unknown
        draft?: {
          slug: string
          definition: unknown
          rev: number
          updatedAt: string
          updatedBy: string
        }
      }[]
      live?: {
        /** console: made by hand at mp.weixin.qq.com */
        source: 'api' | 'console' | 'none'
        /** name it as `seen` when publishing */
        hash: string
        lines: {
          /** `1` or `1.2`, from 1 */
          place: string
          name: string
          /** what pressing it does; empty for one that opens others */
          does: string
        }[]
        conditional: {
          id: string
          tagId: string
          tag?: string
          lines: {
            /** `1` or `1.2`, from 1 */
            place: string
            name: string
            /** what pressing it does; empty for one that opens others */
            does: string
          }[]
        }[]
        tags: {
          id: string
          name: string
        }[]
      }
      /** why WeChat could not be asked */
      liveProblem?: string
      publications: MenuPublication[]
      /** what buttons can lead to */
      articles: {
        slug: string
        title: string
      }[]
      cards: {
        slug: string
        title: string
      }[]
    }
  }
  /** What is wrong with a menu, and how it differs from what is on WeChat */
  compareMenu: {
    params: { account: string }
    query: undefined
    body: {
      slug: string
      /** as content/menus writes it: { tag?, buttons: [{ name, keyword | card | … | buttons }] } */
      definition: Record<string, unknown>
    }
    answer: ComparedMenu
  }
  /** Save a draft of a menu */
  putMenuDraft: {
    params: { account: string; slug: string }
    query: undefined
    body: {
      /** as content/menus writes it: { tag?, buttons: [{ name, keyword | card | … | buttons }] } */
      definition: Record<string, unknown>
      rev: number
    }
    answer: {
      slug: string
      definition: unknown
      rev: number
      updatedAt: string
      updatedBy: string
    }
  }
  /** Drop a draft: the file counts again */
  dropMenuDraft: {
    params: { account: string; slug: string }
    query: { rev: number }
    body: undefined
    answer: {
      slug: string
    }
  }
  /** A draft as it was saved before, newest first */
  listMenuVersions: {
    params: { account: string; slug: string }
    query: undefined
    body: undefined
    answer: {
      versions: {
        rev: number
        definition: unknown
        at: string
        by: string
      }[]
    }
  }
  /** Put menus on WeChat, and read back what is there then */
  publishMenus: {
    params: { account: string }
    query: undefined
    body: {
      /** the `hash` of what is live, as it was looked at */
      seen: string
      /** all that differ unless given */
      slugs?: string[]
    }
    answer: MenuPublication
  }
  /** Put back what was on WeChat before a publication */
  restoreMenus: {
    params: { account: string }
    query: undefined
    body: {
      seen: string
      number: number
    }
    answer: MenuPublication
  }
  /** Channel codes with what came of them, newest first unless asked otherwise */
  listChannelCodes: {
    params: undefined
    query: {
      account?: string
      placement?: string
      text?: string
      sort?:
        | 'name'
        | '-name'
        | 'code'
        | '-code'
        | 'placement'
        | '-placement'
        | 'follows'
        | '-follows'
        | 'scans'
        | '-scans'
        | 'lost'
        | '-lost'
        | 'life'
        | '-life'
        | 'createdAt'
        | '-createdAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      codes: ChannelCode[]
      next?: string
      accounts: {
        account: string
        may: boolean
        permanent: number
      }[]
      rules: {
        placements: string[]
        permanent: number
        days: number
        text: number
      }
    }
  }
  /** Make a channel code */
  createChannelCode: {
    params: undefined
    query: undefined
    body: {
      account: string
      code: string
      name: string
      placement: string
      costCentre?: string
      tags?: string[]
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
      /** such as `7d` */
      lasts?: string
    }
    answer: ChannelCode
  }
  /** One channel code with its last days */
  getChannelCode: {
    params: { account: string; code: string }
    query: { days?: number }
    body: undefined
    answer: {
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
      days: {
        day: string
        follows: number
        scans: number
        unfollows: number
      }[]
    }
  }
  /** Make a temporary code anew, under the same name and with the same counts */
  renewChannelCode: {
    params: { account: string; code: string }
    query: undefined
    body: {
      lasts: string
    }
    answer: ChannelCode
  }
  /** The code as SVG and as PNG (base64) */
  drawChannelCode: {
    params: { account: string; code: string }
    query: { caption?: string }
    body: undefined
    answer: {
      svg: string
      png: string
    }
  }
  /** What news of orders is answered with, and what is wrong with it */
  listNotices: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      events: {
        event: string
        title: {
          zh: string
          en: string
        }
        /** after that it is told to nobody */
        freshHours: number
        /** the first that is there and reaches the person is taken */
        names: string[]
      }[]
      notices: Notice[]
      /** files that cannot be used at all */
      broken: {
        field: string
        message: string
        fix: string
        severity: 'error' | 'warning'
        line?: number
        file: string
      }[]
      /** accounts whose templates WeChat did not tell */
      refused: {
        account: string
        channel: string
        reason: string
      }[]
      accounts: {
        account: string
        templates: boolean
        subscriptions: boolean
        miniProgram: boolean
      }[]
    }
  }
  /** How a notice reads with a sample order, or with other data */
  previewNotice: {
    params: { name: string }
    query: undefined
    body: {
      data?: Record<string, unknown>
    }
    answer: {
      name: string
      data: Record<string, unknown>
      title?: string
      fields: {
        key: string
        label?: string
        value?: string
      }[]
      url?: string
      page?: string
      text?: string
      problems: {
        field: string
        message: string
        length?: number
        limit?: number
        source?: string
      }[]
    }
  }
  /** Send a notice with a sample order to one person */
  testNotice: {
    params: { name: string }
    query: undefined
    body: {
      account: string
      contact: string
      /** its words, as a customer-service message */
      as?: 'text'
    }
    answer: {
      key: string
      to: string
    }
  }
  /** Conversations, newest first; those in the queue in its order */
  listConversations: {
    params: undefined
    query: {
      state?: 'bot' | 'queued' | 'staff' | 'waiting' | 'closed'
      staff?: string
      contact?: string
      channel?: 'official-account' | 'kf' | 'mini-program'
      before?: string
      limit?: number
    }
    body: undefined
    answer: {
      conversations: Conversation[]
    }
  }
  /** A conversation, with its place in the queue */
  getConversation: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
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
      place?: number
    }
  }
  /** What was said, oldest first */
  listEntries: {
    params: { id: string }
    query: { before?: number; after?: number; limit?: number }
    body: undefined
    answer: {
      entries: ConversationEntry[]
    }
  }
  /** Send a message to the person, in the name of the staff member who has the conversation */
  sayInConversation: {
    params: { id: string }
    query: undefined
    body: {
      staff: string
      text?: string
      article?: string
      card?: string
      /** a file of content/media */
      image?: string
    }
    answer: ConversationEntry
  }
  /** Add a note that only staff see */
  noteInConversation: {
    params: { id: string }
    query: undefined
    body: {
      staff: string
      text: string
    }
    answer: Conversation
  }
  /** Write a note anew; the last writing stands */
  amendNote: {
    params: { id: string; entry: string }
    query: undefined
    body: {
      staff: string
      text: string
    }
    answer: Conversation
  }
  /** Send a message of unclear end once more (补发), or let it count as sent (视为已发) */
  settleEntry: {
    params: { id: string; entry: string }
    query: undefined
    body: {
      staff: string
      choice: 'again' | 'sent'
    }
    answer: ConversationEntry
  }
  /** Give a conversation to a staff member (接入); the first has it */
  acceptConversation: {
    params: { id: string }
    query: undefined
    body: {
      staff: string
      force?: boolean
    }
    answer: Conversation
  }
  /** Hand a conversation to another staff member, or back to the queue of a skill */
  transferConversation: {
    params: { id: string }
    query: undefined
    body: {
      /** who has it */
      staff: string
      /** userid or name */
      to?: string
      skill?: string
      /** also when they are full or off duty */
      force?: boolean
    }
    answer: Conversation
  }
  /** End a conversation; whoever was served is asked for a vote */
  closeConversation: {
    params: { id: string }
    query: undefined
    body: {
      /** who does it; without it an operator does, whoever has it */
      staff?: string
    }
    answer: Conversation
  }
  /** Give a conversation back to the bot */
  returnConversation: {
    params: { id: string }
    query: undefined
    body: {
      /** who does it; without it an operator does, whoever has it */
      staff?: string
    }
    answer: Conversation
  }
  /** Staff of the desk, as they stand now */
  listDeskStaff: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      staff: DeskMember[]
    }
  }
  /** Set a staff member online or offline, or how many conversations they can hold */
  setDeskPresence: {
    params: { userid: string }
    query: undefined
    body: {
      presence?: 'auto' | 'online' | 'offline'
      capacity?: number
    }
    answer: DeskMember
  }
  /** Questions that came while nobody was on duty, newest first */
  listTickets: {
    params: undefined
    query: { state?: 'open' | 'queued' | 'answered' | 'done' | 'dropped'; before?: string; limit?: number }
    body: undefined
    answer: {
      tickets: DeskTicket[]
    }
  }
  /** First response, resolution, load, missed and votes: in all, by staff, by hour and by day */
  readDeskFigures: {
    params: undefined
    query: { from: string; to: string }
    body: undefined
    answer: {
      total: DeskFigures
      days: Record<string, DeskFigures>
    }
  }
  /** Canned replies by words or first letters of pinyin, the best first */
  searchCannedReplies: {
    params: undefined
    query: {
      q?: string
      sort?: 'title' | '-title' | 'group' | '-group' | 'origin' | '-origin'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      replies: CannedReply[]
      next?: string
      total?: number
    }
  }
  /** A canned reply */
  getCannedReply: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: CannedReply
  }
  /** Make or replace a canned reply */
  putCannedReply: {
    params: { slug: string }
    query: undefined
    body: {
      group: string
      title: string
      /** with {name} {order} {tracking} {staff} */
      text?: string
      article?: string
      card?: string
      keywords?: string[]
      version?: number
    }
    answer: CannedReply
  }
  /** Delete a canned reply */
  deleteCannedReply: {
    params: { slug: string }
    query: undefined
    body: undefined
    answer: {
      slug: string
    }
  }
  /** Who the person at the console is at the desk */
  getDeskMe: {
    params: undefined
    query: undefined
    body: undefined
    answer: DeskMe
  }
  /** The lines of a queue, and how many there are in each */
  listInbox: {
    params: undefined
    query: { queue?: 'mine' | 'unassigned' | 'all' | 'bot' | 'closed'; staff?: string; before?: string; limit?: number }
    body: undefined
    answer: {
      rows: InboxRow[]
      counts: {
        mine: number
        unassigned: number
        all: number
      }
      /** after so long without an answer staff are reminded */
      alertAfterMs: number
      /** after so long in the queue supervisors are told */
      queueAlertAfterMs: number
    }
  }
  /** What was said, oldest first, with what a page shows of it */
  readThread: {
    params: { id: string }
    query: { before?: number; after?: number; limit?: number }
    body: undefined
    answer: {
      entries: ThreadEntry[]
    }
  }
  /** What may still be sent in a conversation, and until when */
  getConversationWindow: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: ConversationWindow
  }
  /** Canned replies, articles and cards, filled in for a conversation */
  searchReadyMessages: {
    params: { id: string }
    query: { q?: string }
    body: undefined
    answer: {
      ready: ReadyMessage[]
    }
  }
  /** Send a picture to the person */
  sendPicture: {
    params: { id: string }
    query: undefined
    body: {
      staff: string
      picture: string
    }
    answer: ConversationEntry
  }
  /** Send a message that surely did not arrive once more (补发) */
  resendEntry: {
    params: { id: string; entry: string }
    query: undefined
    body: undefined
    answer: {
      /** false: it was sent again before */
      done: boolean
    }
  }
  /** Hours, staff, routing, times and texts of the desk, and where they come from */
  getDeskSettings: {
    params: undefined
    query: undefined
    body: undefined
    answer: DeskSettings
  }
  /** Set the desk up; all processes follow within seconds */
  putDeskSettings: {
    params: undefined
    query: undefined
    body: {
      revision: number
      enabled: boolean
      /** as content/desk.yaml: shifts, holidays, workdays, skills, staff, routing, times, texts */
      definition: Record<string, unknown>
    }
    answer: DeskSettings
  }
  /** Who is signed in. */
  getSession: {
    params: undefined
    query: undefined
    body: undefined
    answer: Me
  }
  /** Sign in with a password. */
  signIn: {
    params: undefined
    query: undefined
    body: {
      login: string
      password: string
    }
    answer:
      | {
          state: 'signed-in'
          me: Me
        }
      | {
          state: 'second-factor'
          methods: ('totp' | 'recovery')[]
        }
  }
  /** End the session. */
  signOut: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      done: true
    }
  }
  /** How one may sign in here. */
  signInWays: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      password: true
      wecom: {
        corp: string
        name: string
      }[]
      passwordRules: {
        min: number
        max: number
      }
      /** nobody was made yet: the server printed a link at its start */
      firstOwner: boolean
    }
  }
  /** Prove the second factor after the first. */
  proveSecondFactor: {
    params: undefined
    query: undefined
    body:
      | {
          code: string
        }
      | {
          recovery: string
        }
    answer:
      | {
          state: 'signed-in'
          me: Me
        }
      | {
          state: 'second-factor'
          methods: ('totp' | 'recovery')[]
        }
  }
  /** What a link is for. */
  lookAtLink: {
    params: undefined
    query: undefined
    body: {
      token: string
    }
    answer: {
      kind: 'owner' | 'invitation' | 'reset'
      login?: string
      name?: string
      endsAt: string
    }
  }
  /** Set a password by a link, and come in. */
  useLink: {
    params: undefined
    query: undefined
    body: {
      token: string
      password: string
      login?: string
      name?: string
    }
    answer:
      | {
          state: 'signed-in'
          me: Me
        }
      | {
          state: 'second-factor'
          methods: ('totp' | 'recovery')[]
        }
  }
  /** Where to scan with WeCom. */
  startWecomSignIn: {
    params: undefined
    query: undefined
    body: {
      corp: string
    }
    answer: {
      url: string
    }
  }
  /** Come in with what WeCom gave. */
  endWecomSignIn: {
    params: undefined
    query: undefined
    body: {
      code: string
      state: string
    }
    answer:
      | {
          state: 'signed-in'
          me: Me
        }
      | {
          state: 'second-factor'
          methods: ('totp' | 'recovery')[]
        }
  }
  /** Change the own name. */
  changeMe: {
    params: undefined
    query: undefined
    body: {
      name: string
    }
    answer: Me
  }
  /** Change the password; all other sessions end. */
  changePassword: {
    params: undefined
    query: undefined
    body: {
      current: string
      password: string
    }
    answer: Me
  }
  /** Where I am signed in. */
  listMySessions: {
    params: undefined
    query: {
      text?: string
      sort?: 'address' | '-address' | 'createdAt' | '-createdAt' | 'lastSeenAt' | '-lastSeenAt'
      after?: string
      limit?: number
    }
    body: undefined
    answer: {
      sessions: ConsoleSession[]
      next?: string
      /** rows of all pages */
      total: number
    }
  }
  /** End all sessions but this one. */
  endMyOtherSessions: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      ended: number
    }
  }
  /** End one of my sessions. */
  endMySession: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      done: true
    }
  }
  /** A secret for an authenticator app. */
  beginTotp: {
    params: undefined
    query: undefined
    body: {
      password?: string
    }
    answer: {
      secret: string
      /** for the QR code */
      uri: string
    }
  }
  /** Turn the second factor off. */
  endTotp: {
    params: undefined
    query: undefined
    body: {
      password?: string
      code: string
    }
    answer: Me
  }
  /** Turn the second factor on by a first code. */
  confirmTotp: {
    params: undefined
    query: undefined
    body: {
      code: string
    }
    answer: {
      /** codes for the day the telephone is lost, shown this once */
      recovery: string[]
      me: Me
    }
  }
  /** New recovery codes; the earlier ones are void. */
  newRecoveryCodes: {
    params: undefined
    query: undefined
    body: {
      password?: string
    }
    answer: {
      /** codes for the day the telephone is lost, shown this once */
      recovery: string[]
    }
  }
  /** The roles and what each may. */
  listRoles: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      roles: {
        role: string
        title: {
          zh: string
          en: string
        }
        about: {
          zh: string
          en: string
        }
        scopes: string[]
        sees: {
          phones: 'masked'
          names: 'shown' | 'masked'
        }
        /** whether who asks may give it */
        canGive: boolean
      }[]
      scopes: {
        scope: string
        title: {
          zh: string
          en: string
        }
      }[]
    }
  }
  /** The people of the console, by login unless asked otherwise. */
  listPeople: {
    params: undefined
    query: {
      filter?: string
      role?: string
      state?: 'active' | 'disabled' | 'invited'
      sort?: 'login' | '-login' | 'name' | '-name' | 'lastSignInAt' | '-lastSignInAt'
      cursor?: string
      limit?: number
    }
    body: undefined
    answer: {
      people: ConsolePerson[]
      next?: string
    }
  }
  /** Let somebody in: gives a link for a password, good once and for a day. */
  invitePerson: {
    params: undefined
    query: undefined
    body: {
      login: string
      name: string
      roles: string[]
      wecom?: {
        corp: string
        staff: string
      }
    }
    answer: {
      person: ConsolePerson
      link: {
        url: string
        endsAt: string
      }
    }
  }
  /** A person. */
  getPerson: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: ConsolePerson
  }
  /** Change a person; `rev` is the state you saw. */
  changePerson: {
    params: { id: string }
    query: undefined
    body: {
      rev: number
      name?: string
      roles?: string[]
      wecom?: {
        corp: string
        staff: string
      } | null
    }
    answer: ConsolePerson
  }
  /** Let somebody in no more; all sessions end at once. */
  disablePerson: {
    params: { id: string }
    query: undefined
    body: {
      reason: string
    }
    answer: ConsolePerson
  }
  /** Let somebody in again. */
  enablePerson: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: ConsolePerson
  }
  /** Password, second factor and sessions are gone; the link makes new ones. */
  resetPerson: {
    params: { id: string }
    query: undefined
    body: {
      reason: string
    }
    answer: {
      person: ConsolePerson
      link: {
        url: string
        endsAt: string
      }
    }
  }
  /** Where a person is signed in. */
  listSessionsOf: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      sessions: ConsoleSession[]
    }
  }
  /** End all sessions of a person. */
  endSessionsOf: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      ended: number
    }
  }
  /** What was done and refused. */
  listAudit: {
    params: undefined
    query: {
      actor?: string
      action?: string
      target?: string
      from?: string
      to?: string
      cursor?: number
      order?: 'newest' | 'oldest'
      limit?: number
    }
    body: undefined
    answer: {
      entries: AuditEntry[]
      next?: string
    }
  }
  /** Whether every row is there and unchanged; with a row noted elsewhere, also that one. */
  verifyAudit: {
    params: undefined
    query: { seq?: number; hash?: string }
    body: undefined
    answer: {
      ok: boolean
      rows: number
      head?: {
        seq: number
        hash: string
      }
      problem?: {
        seq: number
        what: string
      }
    }
  }
  /** Show one masked value; the audit log tells of it. */
  revealField: {
    params: undefined
    query: undefined
    body: {
      path: string
      field: string
      reason: string
    }
    answer: {
      value: string
    }
  }
}

/** Where each operation lives. */
export const OPERATIONS = {
  sendEvents: { method: 'POST', path: '/events', idempotency: 'none' },
  listEventTypes: { method: 'GET', path: '/event-types', idempotency: 'safe' },
  defineEventType: { method: 'PUT', path: '/event-types', idempotency: 'none' },
  listQuarantine: { method: 'GET', path: '/quarantine', idempotency: 'safe' },
  releaseQuarantine: { method: 'POST', path: '/quarantine/release', idempotency: 'none' },
  putOrders: { method: 'POST', path: '/orders', idempotency: 'none' },
  getOrder: { method: 'GET', path: '/orders/{orderNo}', idempotency: 'safe' },
  identify: { method: 'POST', path: '/identify', idempotency: 'none' },
  findContact: { method: 'GET', path: '/contacts', idempotency: 'safe' },
  getContact: { method: 'GET', path: '/contacts/{id}', idempotency: 'safe' },
  eraseContact: { method: 'DELETE', path: '/contacts/{id}', idempotency: 'none' },
  editContact: { method: 'PATCH', path: '/contacts/{id}', idempotency: 'none' },
  getWindows: { method: 'GET', path: '/contacts/{id}/windows', idempotency: 'safe' },
  listContactOrders: { method: 'GET', path: '/contacts/{id}/orders', idempotency: 'safe' },
  exportContact: { method: 'GET', path: '/contacts/{id}/export', idempotency: 'safe' },
  sendMessage: { method: 'POST', path: '/messages', idempotency: 'required' },
  searchContacts: { method: 'POST', path: '/contact-searches', idempotency: 'safe' },
  getTimeline: { method: 'GET', path: '/contacts/{id}/timeline', idempotency: 'safe' },
  listConsents: { method: 'GET', path: '/contacts/{id}/consents', idempotency: 'safe' },
  setConsent: { method: 'POST', path: '/contacts/{id}/consents', idempotency: 'optional' },
  tagContact: { method: 'POST', path: '/contacts/{id}/tags', idempotency: 'optional' },
  previewMerge: { method: 'POST', path: '/contact-merges/preview', idempotency: 'safe' },
  mergeContacts: { method: 'POST', path: '/contact-merges', idempotency: 'none' },
  listMerges: { method: 'GET', path: '/contacts/{id}/merges', idempotency: 'safe' },
  undoMerge: { method: 'POST', path: '/contact-merges/{gone}/undo', idempotency: 'none' },
  erasePerson: { method: 'POST', path: '/contacts/{id}/erasure', idempotency: 'none' },
  listDeliveries: { method: 'GET', path: '/deliveries', idempotency: 'safe' },
  countDeliveries: { method: 'GET', path: '/deliveries/counts', idempotency: 'safe' },
  showDelivery: { method: 'GET', path: '/deliveries/{key}', idempotency: 'safe' },
  resendDelivery: { method: 'POST', path: '/deliveries/{key}/resend', idempotency: 'none' },
  treatDeliveryAsSent: { method: 'POST', path: '/deliveries/{key}/treat-as-sent', idempotency: 'none' },
  cancelDelivery: { method: 'POST', path: '/deliveries/{key}/cancel', idempotency: 'none' },
  resendFailedDeliveries: { method: 'POST', path: '/deliveries/resend-failed', idempotency: 'none' },
  cancelDeliveries: { method: 'POST', path: '/deliveries/cancel', idempotency: 'none' },
  listSegments: { method: 'GET', path: '/segments', idempotency: 'safe' },
  getSegment: { method: 'GET', path: '/segments/{slug}', idempotency: 'safe' },
  putSegment: { method: 'PUT', path: '/segments/{slug}', idempotency: 'none' },
  deleteSegment: { method: 'DELETE', path: '/segments/{slug}', idempotency: 'none' },
  countSegment: { method: 'POST', path: '/segments/count', idempotency: 'safe' },
  listMembers: { method: 'GET', path: '/segments/{slug}/members', idempotency: 'safe' },
  explainMember: { method: 'GET', path: '/segments/{slug}/contacts/{contact}', idempotency: 'safe' },
  segmentVocabulary: { method: 'GET', path: '/segment-vocabulary', idempotency: 'safe' },
  explainRule: { method: 'POST', path: '/segments/explain', idempotency: 'safe' },
  listCampaigns: { method: 'GET', path: '/campaigns', idempotency: 'safe' },
  createCampaign: { method: 'POST', path: '/campaigns', idempotency: 'optional' },
  getCampaign: { method: 'GET', path: '/campaigns/{id}', idempotency: 'safe' },
  editCampaign: { method: 'PUT', path: '/campaigns/{id}', idempotency: 'none' },
  removeCampaign: { method: 'DELETE', path: '/campaigns/{id}', idempotency: 'none' },
  estimateCampaign: { method: 'POST', path: '/campaigns/{id}/estimate', idempotency: 'none' },
  approveCampaign: { method: 'POST', path: '/campaigns/{id}/approve', idempotency: 'none' },
  moveCampaign: { method: 'POST', path: '/campaigns/{id}/move', idempotency: 'none' },
  scheduleCampaign: { method: 'POST', path: '/campaigns/{id}/schedule', idempotency: 'none' },
  runCampaign: { method: 'POST', path: '/campaigns/{id}/run', idempotency: 'none' },
  pauseCampaign: { method: 'POST', path: '/campaigns/{id}/pause', idempotency: 'none' },
  resumeCampaign: { method: 'POST', path: '/campaigns/{id}/resume', idempotency: 'none' },
  stopCampaign: { method: 'POST', path: '/campaigns/{id}/stop', idempotency: 'none' },
  withdrawCampaign: { method: 'POST', path: '/campaigns/{id}/withdraw', idempotency: 'none' },
  testCampaign: { method: 'POST', path: '/campaigns/{id}/test', idempotency: 'optional' },
  getCampaignRun: { method: 'GET', path: '/campaigns/{id}/runs/{occurrence}', idempotency: 'safe' },
  getCampaignRecipient: { method: 'GET', path: '/campaigns/{id}/contacts/{contact}', idempotency: 'safe' },
  campaignOptions: { method: 'GET', path: '/campaign-options', idempotency: 'safe' },
  listCampaignTemplates: { method: 'GET', path: '/campaign-templates', idempotency: 'safe' },
  estimateDraft: { method: 'POST', path: '/campaigns/estimate', idempotency: 'safe' },
  previewCampaign: { method: 'POST', path: '/campaigns/preview', idempotency: 'safe' },
  listCampaignRecipients: { method: 'GET', path: '/campaigns/{id}/runs/{occurrence}/recipients', idempotency: 'safe' },
  resendCampaign: { method: 'POST', path: '/campaigns/{id}/runs/{occurrence}/resend', idempotency: 'none' },
  treatCampaignAsSent: { method: 'POST', path: '/campaigns/{id}/runs/{occurrence}/treat-as-sent', idempotency: 'none' },
  getCampaignLog: { method: 'GET', path: '/campaigns/{id}/log', idempotency: 'safe' },
  getCalendar: { method: 'GET', path: '/calendar', idempotency: 'safe' },
  explainContact: { method: 'GET', path: '/contacts/{id}/why', idempotency: 'safe' },
  listCustomers: { method: 'GET', path: '/customers', idempotency: 'safe' },
  listCustomerStaff: { method: 'GET', path: '/customers/{account}/staff', idempotency: 'safe' },
  getCustomerSync: { method: 'GET', path: '/customers/{account}/sync', idempotency: 'safe' },
  listLostCustomers: { method: 'GET', path: '/customers/{account}/lost', idempotency: 'safe' },
  planHandOver: { method: 'POST', path: '/hand-overs', idempotency: 'optional' },
  listHandOvers: { method: 'GET', path: '/hand-overs', idempotency: 'safe' },
  getHandOver: { method: 'GET', path: '/hand-overs/{id}', idempotency: 'safe' },
  dropHandOver: { method: 'DELETE', path: '/hand-overs/{id}', idempotency: 'none' },
  listHandOverItems: { method: 'GET', path: '/hand-overs/{id}/items', idempotency: 'safe' },
  startHandOver: { method: 'POST', path: '/hand-overs/{id}/start', idempotency: 'none' },
  listUnassignedCustomers: { method: 'GET', path: '/customers/{account}/unassigned', idempotency: 'safe' },
  getCustomer: { method: 'GET', path: '/customers/{account}/{customer}', idempotency: 'safe' },
  listContactWays: { method: 'GET', path: '/contact-ways', idempotency: 'safe' },
  getContactWay: { method: 'GET', path: '/contact-ways/{slug}', idempotency: 'safe' },
  putContactWay: { method: 'PUT', path: '/contact-ways/{slug}', idempotency: 'none' },
  deleteContactWay: { method: 'DELETE', path: '/contact-ways/{slug}', idempotency: 'none' },
  remakeContactWay: { method: 'POST', path: '/contact-ways/{slug}/remake', idempotency: 'none' },
  listContactWayDays: { method: 'GET', path: '/contact-ways/{slug}/days', idempotency: 'safe' },
  contactWayOnDuty: { method: 'GET', path: '/contact-ways/{slug}/on-duty', idempotency: 'safe' },
  countWelcomes: { method: 'GET', path: '/welcomes/counts', idempotency: 'safe' },
  listGroups: { method: 'GET', path: '/groups', idempotency: 'safe' },
  listContactGroups: { method: 'GET', path: '/contacts/{id}/groups', idempotency: 'safe' },
  getGroup: { method: 'GET', path: '/groups/{account}/{chatId}', idempotency: 'safe' },
  editGroup: { method: 'PATCH', path: '/groups/{account}/{chatId}', idempotency: 'none' },
  listGroupMembers: { method: 'GET', path: '/groups/{account}/{chatId}/members', idempotency: 'safe' },
  listGroupDays: { method: 'GET', path: '/groups/{account}/{chatId}/days', idempotency: 'safe' },
  listGroupLabels: { method: 'GET', path: '/group-labels/{account}', idempotency: 'safe' },
  resolveOpengid: { method: 'GET', path: '/group-opengids/{account}/{opengid}', idempotency: 'safe' },
  listGroupOwnerDays: { method: 'GET', path: '/group-owner-days/{account}', idempotency: 'safe' },
  syncGroups: { method: 'POST', path: '/group-syncs/{account}', idempotency: 'none' },
  getGroupSync: { method: 'GET', path: '/group-syncs/{account}', idempotency: 'safe' },
  listJoinWays: { method: 'GET', path: '/join-ways', idempotency: 'safe' },
  getJoinWay: { method: 'GET', path: '/join-ways/{slug}', idempotency: 'safe' },
  putJoinWay: { method: 'PUT', path: '/join-ways/{slug}', idempotency: 'none' },
  deleteJoinWay: { method: 'DELETE', path: '/join-ways/{slug}', idempotency: 'none' },
  syncJoinWay: { method: 'POST', path: '/join-ways/{slug}/sync', idempotency: 'none' },
  listSteering: { method: 'GET', path: '/steering', idempotency: 'safe' },
  getSteering: { method: 'GET', path: '/steering/{slug}', idempotency: 'safe' },
  putSteering: { method: 'PUT', path: '/steering/{slug}', idempotency: 'none' },
  deleteSteering: { method: 'DELETE', path: '/steering/{slug}', idempotency: 'none' },
  trySteering: { method: 'POST', path: '/steering/{slug}/try', idempotency: 'safe' },
  listGroupSends: { method: 'GET', path: '/group-sends', idempotency: 'safe' },
  createGroupSend: { method: 'POST', path: '/group-sends', idempotency: 'optional' },
  getGroupSend: { method: 'GET', path: '/group-sends/{id}', idempotency: 'safe' },
  editGroupSend: { method: 'PUT', path: '/group-sends/{id}', idempotency: 'none' },
  moveGroupSend: { method: 'POST', path: '/group-sends/{id}/move', idempotency: 'none' },
  estimateGroupSend: { method: 'POST', path: '/group-sends/{id}/estimate', idempotency: 'none' },
  approveGroupSend: { method: 'POST', path: '/group-sends/{id}/approve', idempotency: 'none' },
  startGroupSend: { method: 'POST', path: '/group-sends/{id}/start', idempotency: 'none' },
  cancelGroupSend: { method: 'POST', path: '/group-sends/{id}/cancel', idempotency: 'none' },
  remindGroupSend: { method: 'POST', path: '/group-sends/{id}/remind', idempotency: 'none' },
  refreshGroupSend: { method: 'POST', path: '/group-sends/{id}/refresh', idempotency: 'none' },
  getGroupSendTable: { method: 'GET', path: '/group-sends/{id}/runs/{occurrence}', idempotency: 'safe' },
  listGroupSendTargets: { method: 'GET', path: '/group-sends/{id}/runs/{occurrence}/targets', idempotency: 'safe' },
  decideGroupSendTask: { method: 'POST', path: '/group-sends/{id}/decide', idempotency: 'none' },
  groupSendOptions: { method: 'GET', path: '/group-send-options', idempotency: 'safe' },
  listAlertRules: { method: 'GET', path: '/alerts/rules', idempotency: 'safe' },
  getAlertRule: { method: 'GET', path: '/alerts/rules/{slug}', idempotency: 'safe' },
  putAlertRule: { method: 'PUT', path: '/alerts/rules/{slug}', idempotency: 'none' },
  deleteAlertRule: { method: 'DELETE', path: '/alerts/rules/{slug}', idempotency: 'none' },
  tryAlert: { method: 'POST', path: '/alerts/try', idempotency: 'safe' },
  listAlertEvents: { method: 'GET', path: '/alerts/events', idempotency: 'safe' },
  listAlerts: { method: 'GET', path: '/alerts/history', idempotency: 'safe' },
  alertStatus: { method: 'GET', path: '/alerts/status', idempotency: 'safe' },
  listAlertPlaces: { method: 'GET', path: '/alerts/places', idempotency: 'safe' },
  resumeAlertPlace: { method: 'POST', path: '/alerts/places/{kind}/{name}/resume', idempotency: 'none' },
  listContent: { method: 'GET', path: '/content/{kind}', idempotency: 'safe' },
  getContent: { method: 'GET', path: '/content/{kind}/{slug}', idempotency: 'safe' },
  putContent: { method: 'PUT', path: '/content/{kind}/{slug}', idempotency: 'none' },
  deleteContent: { method: 'DELETE', path: '/content/{kind}/{slug}', idempotency: 'none' },
  publishContent: { method: 'POST', path: '/content/{kind}/{slug}/publish', idempotency: 'none' },
  withdrawContent: { method: 'POST', path: '/content/{kind}/{slug}/withdraw', idempotency: 'none' },
  listContentVersions: { method: 'GET', path: '/content/{kind}/{slug}/versions', idempotency: 'safe' },
  getContentVersion: { method: 'GET', path: '/content/{kind}/{slug}/versions/{version}', idempotency: 'safe' },
  rollBackContent: { method: 'POST', path: '/content/{kind}/{slug}/roll-back', idempotency: 'none' },
  previewContent: { method: 'POST', path: '/content-previews/{kind}', idempotency: 'safe' },
  tryReply: { method: 'POST', path: '/content-previews/replies/try', idempotency: 'safe' },
  listContentPictures: { method: 'GET', path: '/content-pictures', idempotency: 'safe' },
  putContentPicture: { method: 'POST', path: '/content-pictures', idempotency: 'optional' },
  deleteContentPicture: { method: 'DELETE', path: '/content-pictures/{name}', idempotency: 'none' },
  getArticleOnWechat: { method: 'GET', path: '/content-articles/{slug}/wechat', idempotency: 'safe' },
  pushArticleDraft: { method: 'POST', path: '/content-articles/{slug}/wechat-draft', idempotency: 'none' },
  listAccounts: { method: 'GET', path: '/accounts', idempotency: 'safe' },
  showAccount: { method: 'GET', path: '/accounts/{id}', idempotency: 'safe' },
  readAccountQuotas: { method: 'GET', path: '/accounts/{id}/quotas', idempotency: 'safe' },
  examineAccount: { method: 'POST', path: '/accounts/{id}/doctor', idempotency: 'none' },
  recheckAccount: { method: 'POST', path: '/accounts/{id}/recheck', idempotency: 'none' },
  listUpdates: { method: 'GET', path: '/updates', idempotency: 'safe' },
  showUpdate: { method: 'GET', path: '/updates/{id}', idempotency: 'safe' },
  replayUpdate: { method: 'POST', path: '/updates/{id}/replay', idempotency: 'optional' },
  replayFailedUpdates: { method: 'POST', path: '/updates/replay-failed', idempotency: 'optional' },
  countDeadLetters: { method: 'GET', path: '/dead-letters', idempotency: 'safe' },
  listFacts: { method: 'GET', path: '/event-log', idempotency: 'safe' },
  readPlatformCalls: { method: 'GET', path: '/platform-calls', idempotency: 'safe' },
  listJobs: { method: 'GET', path: '/jobs', idempotency: 'safe' },
  runJob: { method: 'POST', path: '/jobs/{name}/run', idempotency: 'none' },
  readHealth: { method: 'GET', path: '/health', idempotency: 'safe' },
  listContentProblems: { method: 'GET', path: '/content-problems', idempotency: 'safe' },
  listApiKeys: { method: 'GET', path: '/api-keys', idempotency: 'safe' },
  createApiKey: { method: 'POST', path: '/api-keys', idempotency: 'none' },
  rotateApiKey: { method: 'POST', path: '/api-keys/{id}/rotate', idempotency: 'none' },
  revokeApiKey: { method: 'POST', path: '/api-keys/{id}/revoke', idempotency: 'none' },
  listMenuAccounts: { method: 'GET', path: '/menus', idempotency: 'safe' },
  getMenus: { method: 'GET', path: '/menus/{account}', idempotency: 'safe' },
  compareMenu: { method: 'POST', path: '/menus/{account}/compare', idempotency: 'safe' },
  putMenuDraft: { method: 'PUT', path: '/menus/{account}/{slug}/draft', idempotency: 'none' },
  dropMenuDraft: { method: 'DELETE', path: '/menus/{account}/{slug}/draft', idempotency: 'none' },
  listMenuVersions: { method: 'GET', path: '/menus/{account}/{slug}/versions', idempotency: 'safe' },
  publishMenus: { method: 'POST', path: '/menus/{account}/publish', idempotency: 'none' },
  restoreMenus: { method: 'POST', path: '/menus/{account}/restore', idempotency: 'none' },
  listChannelCodes: { method: 'GET', path: '/channel-codes', idempotency: 'safe' },
  createChannelCode: { method: 'POST', path: '/channel-codes', idempotency: 'optional' },
  getChannelCode: { method: 'GET', path: '/channel-codes/{account}/{code}', idempotency: 'safe' },
  renewChannelCode: { method: 'POST', path: '/channel-codes/{account}/{code}/renew', idempotency: 'none' },
  drawChannelCode: { method: 'GET', path: '/channel-codes/{account}/{code}/picture', idempotency: 'safe' },
  listNotices: { method: 'GET', path: '/notices', idempotency: 'safe' },
  previewNotice: { method: 'POST', path: '/notices/{name}/preview', idempotency: 'safe' },
  testNotice: { method: 'POST', path: '/notices/{name}/test', idempotency: 'optional' },
  listConversations: { method: 'GET', path: '/desk/conversations', idempotency: 'safe' },
  getConversation: { method: 'GET', path: '/desk/conversations/{id}', idempotency: 'safe' },
  listEntries: { method: 'GET', path: '/desk/conversations/{id}/entries', idempotency: 'safe' },
  sayInConversation: { method: 'POST', path: '/desk/conversations/{id}/messages', idempotency: 'required' },
  noteInConversation: { method: 'POST', path: '/desk/conversations/{id}/notes', idempotency: 'required' },
  amendNote: { method: 'PUT', path: '/desk/conversations/{id}/notes/{entry}', idempotency: 'none' },
  settleEntry: { method: 'POST', path: '/desk/conversations/{id}/entries/{entry}/settle', idempotency: 'none' },
  acceptConversation: { method: 'POST', path: '/desk/conversations/{id}/accept', idempotency: 'none' },
  transferConversation: { method: 'POST', path: '/desk/conversations/{id}/transfer', idempotency: 'none' },
  closeConversation: { method: 'POST', path: '/desk/conversations/{id}/close', idempotency: 'none' },
  returnConversation: { method: 'POST', path: '/desk/conversations/{id}/bot', idempotency: 'none' },
  listDeskStaff: { method: 'GET', path: '/desk/staff', idempotency: 'safe' },
  setDeskPresence: { method: 'PATCH', path: '/desk/staff/{userid}', idempotency: 'none' },
  listTickets: { method: 'GET', path: '/desk/tickets', idempotency: 'safe' },
  readDeskFigures: { method: 'GET', path: '/desk/figures', idempotency: 'safe' },
  searchCannedReplies: { method: 'GET', path: '/desk/canned', idempotency: 'safe' },
  getCannedReply: { method: 'GET', path: '/desk/canned/{slug}', idempotency: 'safe' },
  putCannedReply: { method: 'PUT', path: '/desk/canned/{slug}', idempotency: 'none' },
  deleteCannedReply: { method: 'DELETE', path: '/desk/canned/{slug}', idempotency: 'none' },
  getDeskMe: { method: 'GET', path: '/desk/me', idempotency: 'safe' },
  listInbox: { method: 'GET', path: '/desk/inbox', idempotency: 'safe' },
  readThread: { method: 'GET', path: '/desk/conversations/{id}/thread', idempotency: 'safe' },
  getConversationWindow: { method: 'GET', path: '/desk/conversations/{id}/window', idempotency: 'safe' },
  searchReadyMessages: { method: 'GET', path: '/desk/conversations/{id}/ready', idempotency: 'safe' },
  sendPicture: { method: 'POST', path: '/desk/conversations/{id}/pictures', idempotency: 'required' },
  resendEntry: { method: 'POST', path: '/desk/conversations/{id}/entries/{entry}/resend', idempotency: 'none' },
  getDeskSettings: { method: 'GET', path: '/desk/settings', idempotency: 'safe' },
  putDeskSettings: { method: 'PUT', path: '/desk/settings', idempotency: 'none' },
  getSession: { method: 'GET', path: '/session', idempotency: 'safe' },
  signIn: { method: 'POST', path: '/session', idempotency: 'none' },
  signOut: { method: 'DELETE', path: '/session', idempotency: 'none' },
  signInWays: { method: 'GET', path: '/session/ways', idempotency: 'safe' },
  proveSecondFactor: { method: 'POST', path: '/session/second-factor', idempotency: 'none' },
  lookAtLink: { method: 'POST', path: '/session/link/look', idempotency: 'none' },
  useLink: { method: 'POST', path: '/session/link', idempotency: 'none' },
  startWecomSignIn: { method: 'POST', path: '/session/wecom/start', idempotency: 'none' },
  endWecomSignIn: { method: 'POST', path: '/session/wecom', idempotency: 'none' },
  changeMe: { method: 'PATCH', path: '/me', idempotency: 'none' },
  changePassword: { method: 'POST', path: '/me/password', idempotency: 'none' },
  listMySessions: { method: 'GET', path: '/me/sessions', idempotency: 'safe' },
  endMyOtherSessions: { method: 'DELETE', path: '/me/sessions', idempotency: 'none' },
  endMySession: { method: 'DELETE', path: '/me/sessions/{id}', idempotency: 'none' },
  beginTotp: { method: 'POST', path: '/me/totp', idempotency: 'none' },
  endTotp: { method: 'DELETE', path: '/me/totp', idempotency: 'none' },
  confirmTotp: { method: 'POST', path: '/me/totp/confirm', idempotency: 'none' },
  newRecoveryCodes: { method: 'POST', path: '/me/totp/recovery', idempotency: 'none' },
  listRoles: { method: 'GET', path: '/roles', idempotency: 'safe' },
  listPeople: { method: 'GET', path: '/people', idempotency: 'safe' },
  invitePerson: { method: 'POST', path: '/people', idempotency: 'none' },
  getPerson: { method: 'GET', path: '/people/{id}', idempotency: 'safe' },
  changePerson: { method: 'PATCH', path: '/people/{id}', idempotency: 'none' },
  disablePerson: { method: 'POST', path: '/people/{id}/disable', idempotency: 'none' },
  enablePerson: { method: 'POST', path: '/people/{id}/enable', idempotency: 'none' },
  resetPerson: { method: 'POST', path: '/people/{id}/reset', idempotency: 'none' },
  listSessionsOf: { method: 'GET', path: '/people/{id}/sessions', idempotency: 'safe' },
  endSessionsOf: { method: 'DELETE', path: '/people/{id}/sessions', idempotency: 'none' },
  listAudit: { method: 'GET', path: '/audit', idempotency: 'safe' },
  verifyAudit: { method: 'GET', path: '/audit/verify', idempotency: 'safe' },
  revealField: { method: 'POST', path: '/reveals', idempotency: 'none' },
} as const satisfies Record<
  keyof Operations,
  { method: string; path: string; idempotency: 'safe' | 'none' | 'optional' | 'required' }
>
