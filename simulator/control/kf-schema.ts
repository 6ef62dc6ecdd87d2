import { z } from 'zod'

const id = z.string().min(1).max(128)
const text = z.string().min(1).max(4000)
const kf = id.optional()
const n = z.number().int().min(1)
const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .max(28 * 1024 * 1024)

/** A conversation: an account and a customer by any id. */
const talk = { kf, person: id }

/** What is said, with these fields beside it. */
const saying = <T extends Record<string, z.ZodType>>(where: T) =>
  z.union([
    z.strictObject({ ...where, kind: z.literal('text').default('text'), text }),
    z.strictObject({
      ...where,
      kind: z.enum(['image', 'voice', 'video', 'file']),
      file: base64.optional(),
      name: z.string().max(128).optional(),
    }),
    z.strictObject({
      ...where,
      kind: z.literal('location'),
      lat: z.number().min(-90).max(90),
      lon: z.number().min(-180).max(180),
      name: z.string().max(256).optional(),
      address: z.string().max(256).optional(),
    }),
    z.strictObject({
      ...where,
      kind: z.literal('link'),
      title: text,
      description: z.string().max(512).optional(),
      url: text,
      picture: z.string().max(2048).optional(),
    }),
    z.strictObject({ ...where, kind: z.literal('mini-program'), title: text, appid: id, path: text }),
    z.strictObject({ ...where, kind: z.literal('business-card'), staff: id }),
    z.strictObject({
      ...where,
      kind: z.literal('raw'),
      type: z.string().regex(/^[a-z_]{1,40}$/),
      inner: z.record(z.string(), z.unknown()),
    }),
  ])

/** POST /control/corp/kf/people/:person/<act> */
export const kfPersonBodies = {
  enter: z.strictObject({
    link: z.string().min(1).max(2048).optional(),
    kf,
    scene: z.string().max(32).optional(),
    param: z.string().max(128).optional(),
  }),
  say: saying({ kf }),
  menu: z.strictObject({ kf, n, id: z.string().max(128) }),
  recall: z.strictObject({ kf, n }),
  refuse: z.strictObject({ kf, on: z.boolean() }),
  vote: z.strictObject({ kf, score: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
  accept: z.strictObject({ kf, n }),
}

/** POST /control/corp/kf/staff/:staff/<act> */
export const kfStaffBodies = {
  duty: z.strictObject({ kf, on: z.boolean(), paused: z.boolean().default(false) }),
  take: z.strictObject(talk),
  say: saying(talk),
  pass: z.strictObject({ ...talk, to: id }),
  queue: z.strictObject(talk),
  end: z.strictObject(talk),
  reopen: z.strictObject(talk),
  recall: z.strictObject({ ...talk, n }),
  refuse: z.strictObject({ ...talk, on: z.boolean() }),
}

/** What the administrator and tests do at the desk. */
export const kfBodies = {
  settings: z.strictObject({
    tokenMs: z.number().int().min(0).max(86_400_000).optional(),
    readsWithoutToken: z.number().int().min(0).optional(),
    duplicateCode: z.number().int().optional(),
    customers: z.number().int().min(0).nullable().optional(),
    upgrade: z
      .strictObject({
        staff: z.array(id).max(500).optional(),
        departments: z.array(z.number().int()).max(100).optional(),
        groups: z.union([z.literal('all'), z.array(id).max(2000)]).optional(),
      })
      .optional(),
  }),
  account: z.strictObject({
    name: z.string().min(1).max(16).optional(),
    managed: z.boolean().optional(),
    welcome: z.string().max(2048).nullable().optional(),
    routing: z.enum(['none', 'queue', 'staff']).optional(),
    routeAfterMs: z.number().int().min(0).optional(),
  }),
  newAccount: z.strictObject({
    name: z.string().min(1).max(16),
    id: z
      .string()
      .regex(/^wk[\w-]{4,30}$/)
      .optional(),
  }),
  servicers: z.strictObject({ add: z.array(id).max(100).default([]), remove: z.array(id).max(100).default([]) }),
  link: z.strictObject({
    scene: z
      .string()
      .regex(/^[0-9A-Za-z_-]{0,32}$/)
      .default(''),
  }),
  pages: z.strictObject({ sizes: z.array(z.number().int().min(0).max(1000)).max(1000) }),
  push: z.strictObject({ kf }),
  fail: z.strictObject({ ...talk, msgid: id, type: z.number().int().min(0).max(20) }),
  seed: z.strictObject({
    kf,
    people: z.number().int().min(0).max(200_000),
    messages: z.number().int().min(0).max(100).default(1),
    hoursBack: z.number().min(0).max(72).default(0),
  }),
}
