import { z } from 'zod'
import { type Call, call } from './call.js'
import type { SidebarPort } from './port.js'

const id = z.string().regex(/^[\w.@-]{1,64}$/, '编号不合法')
const text = (most: number) => z.string().trim().min(1, '没有写内容').max(most, `最多 ${most} 个字`)
const customer = z.object({ customer: id })
const group = z.object({ group: id })
const talk = z.object({ customer: id, talk: id })
const key = z.string().regex(/^[\w-]{8,64}$/, '编号不合法')
const query = z.string().trim().max(60, '最多 60 个字').default('')
const tags = z.array(text(80)).max(20, '一次最多 20 个')
const labels = z.array(text(32)).max(20, '一次最多 20 个')
const change = (list: typeof tags) => z.strictObject({ add: list.default([]), remove: list.default([]) })

const act = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('take') }),
  z.strictObject({ act: z.literal('close') }),
  z.strictObject({ act: z.literal('transfer'), to: id }),
  z.strictObject({ act: z.literal('note'), text: text(500), key }),
  z.strictObject({ act: z.literal('amend'), entry: z.string().max(480), text: text(500) }),
  z.strictObject({ act: z.literal('settle'), entry: z.string().max(480), choice: z.enum(['again', 'sent']) }),
])

/** `slug` and its version for one that is changed; a new one is named after the page's key. */
const canned = z.strictObject({
  slug: z.string().max(64).optional(),
  version: z.number().int().min(0).default(0),
  group: text(40),
  title: text(60),
  text: text(2000),
  key,
})

const sent = z.strictObject({
  to: z.union([z.strictObject({ customer: id }), z.strictObject({ group: id })]),
  kind: z.enum(['canned', 'article', 'card']),
  name: text(80),
  title: text(120),
  key,
})

/** Everything the page asks of the side bar, beside what concerns the session itself. */
export function sidebarCalls(port: SidebarPort): Call[] {
  return [
    call({
      method: 'GET',
      path: '/signature',
      query: z.strictObject({ kind: z.enum(['corp', 'app']), url: z.string().max(2048) }),
      handle: ({ visitor, query: { kind, url } }) => port.sign(visitor, kind, url),
    }),
    ...customerCalls(port),
    ...talkCalls(port),
    ...groupCalls(port),
    call({
      method: 'GET',
      path: '/canned',
      query: z.strictObject({ q: query, customer: id.optional() }),
      handle: ({ visitor, query: asked }) => port.canned(visitor, asked.q, asked.customer),
    }),
    call({
      method: 'POST',
      path: '/canned',
      body: canned,
      handle: ({ visitor, body }) => port.putCanned(visitor, body),
    }),
    call({
      method: 'GET',
      path: '/materials',
      query: z.strictObject({ q: query, group: id.optional() }),
      handle: ({ visitor, query: asked }) => port.materials(visitor, asked.q, asked.group),
    }),
    call({
      method: 'POST',
      path: '/sent',
      body: sent,
      handle: async ({ visitor, body }) => {
        await port.sent(visitor, body)
        return {}
      },
    }),
  ]
}

function customerCalls(port: SidebarPort): Call[] {
  return [
    call({
      method: 'GET',
      path: '/customers/:customer',
      params: customer,
      handle: ({ visitor, params }) => port.customer(visitor, params.customer),
    }),
    call({
      method: 'POST',
      path: '/customers/:customer/tags',
      params: customer,
      body: change(tags),
      handle: ({ visitor, params, body }) => port.tag(visitor, params.customer, body),
    }),
    call({
      method: 'GET',
      path: '/customers/:customer/orders',
      params: customer,
      handle: ({ visitor, params }) => port.orders(visitor, params.customer),
    }),
    call({
      method: 'GET',
      path: '/customers/:customer/meter',
      params: customer,
      handle: ({ visitor, params }) => port.meter(visitor, params.customer),
    }),
    call({
      method: 'GET',
      path: '/customers/:customer/timeline',
      params: customer,
      query: z.strictObject({ before: z.iso.datetime().optional() }),
      handle: ({ visitor, params, query: { before } }) =>
        port.timeline(visitor, params.customer, before === undefined ? undefined : new Date(before)),
    }),
  ]
}

function talkCalls(port: SidebarPort): Call[] {
  return [
    call({ method: 'GET', path: '/colleagues', handle: () => port.colleagues() }),
    call({
      method: 'GET',
      path: '/customers/:customer/talks',
      params: customer,
      handle: ({ visitor, params }) => port.talks(visitor, params.customer),
    }),
    call({
      method: 'GET',
      path: '/customers/:customer/talks/:talk',
      params: talk,
      query: z.strictObject({ before: z.coerce.number().int().min(0).optional() }),
      handle: ({ visitor, params, query: { before } }) => port.lines(visitor, params.customer, params.talk, before),
    }),
    call({
      method: 'POST',
      path: '/customers/:customer/talks/:talk',
      params: talk,
      body: act,
      handle: ({ visitor, params, body }) => port.act(visitor, params.customer, params.talk, body),
    }),
  ]
}

function groupCalls(port: SidebarPort): Call[] {
  return [
    call({
      method: 'GET',
      path: '/groups/:group',
      params: group,
      handle: ({ visitor, params }) => port.group(visitor, params.group),
    }),
    call({
      method: 'GET',
      path: '/groups/:group/members',
      params: group,
      query: z.strictObject({ after: id.optional() }),
      handle: ({ visitor, params, query: { after } }) => port.members(visitor, params.group, after),
    }),
    call({
      method: 'POST',
      path: '/groups/:group/labels',
      params: group,
      body: change(labels),
      handle: ({ visitor, params, body }) => port.label(visitor, params.group, body),
    }),
  ]
}
