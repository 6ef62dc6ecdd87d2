// Made from the API’s own schemas; test/client/operations.test.ts compares, and says how to make it anew.

import type { BatchAnswer, Contact, EventTypeDefinition, Identity, Order, Send, ShopEvent } from './types.js'

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
  getWindows: { method: 'GET', path: '/contacts/{id}/windows', idempotency: 'safe' },
  listContactOrders: { method: 'GET', path: '/contacts/{id}/orders', idempotency: 'safe' },
  exportContact: { method: 'GET', path: '/contacts/{id}/export', idempotency: 'safe' },
  sendMessage: { method: 'POST', path: '/messages', idempotency: 'required' },
} as const satisfies Record<
  keyof Operations,
  { method: string; path: string; idempotency: 'safe' | 'none' | 'optional' | 'required' }
>
