import { z } from 'zod'

const id = z.string().min(1).max(128)
const text = z.string().min(1).max(4000)
const ms = z.number().int().min(0).max(86_400_000)
const person = z.union([
  id,
  z.strictObject({
    name: z.string().min(1).max(64),
    unionid: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
    type: z.union([z.literal(1), z.literal(2)]).optional(),
  }),
])
const ids = z.array(id).min(1).max(500)
const people = z.array(person).min(1).max(500)
const groupName = z.string().min(1).max(64)
const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .max(28 * 1024 * 1024)

/** POST /control/corp/staff/:staff/<act> */
export const staffBodies = {
  send: z.strictObject({ task: id, targets: z.array(id).max(10_000).optional() }),
  publish: z.strictObject({ moment: id }),
  confirm: z.strictObject({ person }),
  add: z.strictObject({ person, half: z.boolean().optional() }),
  delete: z.strictObject({ person: id }),
  remark: z.strictObject({
    person: id,
    remark: z.string().max(20).optional(),
    description: z.string().max(150).optional(),
    mobiles: z.array(z.string().max(32)).max(5).optional(),
  }),
  tag: z.strictObject({ person: id, add: z.array(id).max(100).default([]), remove: z.array(id).max(100).default([]) }),
  say: z.strictObject({ to: id, text }),
  'create-group': z.strictObject({ name: groupName, members: z.array(person).max(499).default([]) }),
  invite: z.strictObject({ group: id, members: people }),
  kick: z.strictObject({ group: id, members: ids }),
  rename: z.strictObject({ group: id, name: groupName }),
  notice: z.strictObject({ group: id, text: z.string().max(2000) }),
  'give-group': z.strictObject({ group: id, to: id }),
  admin: z.strictObject({ group: id, staff: id, on: z.boolean() }),
  dismiss: z.strictObject({ group: id }),
  'group-welcome': z.strictObject({ group: id, template: id.nullable() }),
  leave: z.strictObject({}),
  write: z.union([
    z.strictObject({ kind: z.literal('text').default('text'), text }),
    z.strictObject({
      kind: z.enum(['image', 'voice', 'video', 'file']),
      file: base64.optional(),
      name: z.string().max(128).optional(),
    }),
    z.strictObject({
      kind: z.literal('location'),
      lat: z.number().min(-90).max(90),
      lon: z.number().min(-180).max(180),
      label: z.string().max(256).optional(),
    }),
    z.strictObject({ kind: z.literal('link'), title: text, description: z.string().max(512).optional(), url: text }),
  ]),
  'open-app': z.strictObject({}),
  menu: z.strictObject({ key: z.string().max(256) }),
  press: z.strictObject({
    n: z.number().int().min(1),
    key: z.string().max(1024).optional(),
    selected: z.record(z.string(), z.array(z.string())).optional(),
  }),
}

/** POST /control/corp/people/:person/<act> */
export const personBodies = {
  scan: z.strictObject({ code: z.string().min(1).max(2048), half: z.boolean().optional(), staff: id.optional() }),
  leave: z.strictObject({ group: id }),
  delete: z.strictObject({ staff: id }),
  say: z.strictObject({ to: id, text }),
  invite: z.strictObject({ group: id, members: people }),
  'accept-transfer': z.strictObject({ to: id.optional() }),
  'refuse-transfer': z.strictObject({ to: id.optional() }),
  click: z.strictObject({ n: z.number().int().min(1), staff: id }),
}

/** PATCH /control/corp */
export const corpChange = z.strictObject({
  name: z.string().min(1).max(64).optional(),
  callbackUrl: z.union([z.literal(''), z.url()]).optional(),
  token: z.string().min(1).max(64).optional(),
  aesKey: z
    .string()
    .regex(/^[A-Za-z0-9]{43}$/)
    .optional(),
  secret: z.string().min(1).max(128).optional(),
  cap: z.enum(['month', 'week', 'day']).optional(),
  boundAccount: id.nullable().optional(),
  detailDelayMs: ms.optional(),
  dispatchMs: ms.optional(),
  joinFull: z.number().int().min(1).max(500).optional(),
  autoRoomsListed: z.boolean().optional(),
  welcomeBusyMs: ms.optional(),
  customerCap: z.number().int().min(0).max(200_000).optional(),
  latencyMs: z.number().int().min(0).max(60_000).optional(),
  allowed: z
    .strictObject({
      contacts: z.boolean().optional(),
      groups: z.boolean().optional(),
      moments: z.boolean().optional(),
      chats: z.boolean().optional(),
      desk: z.boolean().optional(),
    })
    .optional(),
  closed: z.boolean().optional(),
  trustedIps: z.array(z.string()).nullable().optional(),
  quotas: z.enum(['real', 'off']).optional(),
})

/** What the administrator and the whole corporation do. */
export const corpBodies = {
  join: z.strictObject({
    people,
    code: z.string().max(2048).optional(),
    scene: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional(),
    separate: z.boolean().optional(),
  }),
  leave: z.strictObject({ people: ids, separate: z.boolean().optional() }),
  newStaff: z.strictObject({
    userid: z.string().regex(/^[\w.@-]{1,64}$/),
    name: z.string().min(1).max(64),
    departments: z.array(z.number().int()).min(1).optional(),
  }),
  staffChange: z.strictObject({
    name: z.string().min(1).max(64).optional(),
    departments: z.array(z.number().int()).min(1).optional(),
    active: z.boolean().optional(),
    inRange: z.boolean().optional(),
    seesCustomers: z.boolean().optional(),
    nativeWelcome: z.string().max(4000).nullable().optional(),
    capacity: z.number().int().min(0).nullable().optional(),
  }),
  newTags: z.strictObject({ group: z.string().min(1).max(30), names: z.array(z.string().min(1).max(30)).min(1) }),
  tagChange: z.strictObject({ name: z.string().min(1).max(30) }),
  newRobot: z.strictObject({
    name: z.string().max(64).default('群机器人'),
    chat: z.string().max(32).default(''),
    key: z
      .string()
      .regex(/^[0-9A-Za-z-]{8,64}$/)
      .optional(),
  }),
  robotChange: z.strictObject({ active: z.boolean() }),
  tokens: z.strictObject({ code: z.union([z.literal(40014), z.literal(42001)]).default(40014) }),
  verify: z.strictObject({ tamper: z.boolean().default(false) }),
  push: z.strictObject({
    fields: z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/), z.unknown()).optional(),
    from: z.string().max(64).optional(),
    xml: z
      .string()
      .max(4 * 1024 * 1024)
      .optional(),
    tamper: z.enum(['msg_signature', 'timestamp', 'appid', 'body', 'padding']).optional(),
    repeat: z.number().int().optional(),
  }),
  seed: z.strictObject({
    customers: z.number().int().min(0).max(500_000).default(0),
    staff: z.array(id).min(1).optional(),
    tags: z.array(z.string().min(1).max(30)).max(100).default([]),
    followers: z.number().int().min(0).max(500_000).default(0),
    groups: z.number().int().min(0).max(20_000).default(0),
    members: z.number().int().min(0).max(499).default(200),
    owners: z.array(id).min(1).optional(),
    joinDays: z.number().int().min(0).max(365).default(0),
  }),
  login: z.strictObject({ staff: id }),
  nothing: z.strictObject({}),
}
