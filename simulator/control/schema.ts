import { z } from 'zod'

const id = z.string().min(1).max(128)
const text = z.string().max(100_000)
const ms = z.number().int().min(0).max(600_000)
const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .max(16 * 1024 * 1024)

/** POST /control/followers */
export const newPerson = z.strictObject({
  account: id.optional(),
  name: z.string().max(64).optional(),
  openid: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  unionid: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  following: z.boolean().optional(),
  count: z.number().int().min(1).max(500_000).optional(),
})

/** PATCH /control/followers/:id */
export const personChange = z.strictObject({
  blocked: z.boolean().optional(),
  refuses: z.boolean().optional(),
  name: z.string().max(64).optional(),
})

/** POST /control/followers/:id/follow and /scan */
export const sceneChoice = z.strictObject({ scene: z.string().max(64).optional(), ticket: text.optional() })

/** POST /control/followers/:id/say */
export const utterance = z.union([
  z.strictObject({ kind: z.literal('text').default('text'), text, menuItem: z.string().max(64).optional() }),
  z.strictObject({ kind: z.literal('image'), file: base64.optional() }),
  z.strictObject({
    kind: z.literal('voice'),
    file: base64.optional(),
    seconds: z.number().int().min(1).max(60).optional(),
    recognition: text.optional(),
  }),
  z.strictObject({ kind: z.enum(['video', 'shortvideo']), file: base64.optional() }),
  z.strictObject({
    kind: z.literal('location'),
    lat: z.number().min(-90).max(90),
    lon: z.number().min(-180).max(180),
    scale: z.number().int().optional(),
    label: text.optional(),
  }),
  z.strictObject({ kind: z.literal('link'), title: text, description: text.optional(), url: text }),
])

/** POST /control/followers/:id/press */
export const pressed = z.strictObject({
  key: z.string().max(256).optional(),
  path: z.array(z.number().int().min(0).max(9)).min(1).max(2).optional(),
  scanResult: text.optional(),
  location: z.strictObject({ lat: z.number(), lon: z.number(), label: text.optional() }).optional(),
})

const xmlField: z.ZodType<XmlInput> = z.lazy(() =>
  z.union([z.string(), z.number(), z.array(xmlField), z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/), xmlField)]),
)
type XmlInput = string | number | XmlInput[] | { [name: string]: XmlInput }

/** POST /control/push */
export const rawPush = z.strictObject({
  account: id.optional(),
  follower: id.optional(),
  event: z.string().max(64).optional(),
  fields: z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/), xmlField).optional(),
  from: z.string().max(64).optional(),
  mode: z.enum(['plain', 'compatible', 'safe']).optional(),
  tamper: z.enum(['signature', 'msg_signature', 'timestamp', 'appid', 'body', 'padding']).optional(),
  xml: z
    .string()
    .max(4 * 1024 * 1024)
    .optional(),
  body: z
    .string()
    .max(4 * 1024 * 1024)
    .optional(),
  query: z.record(z.string(), z.string()).optional(),
  callbackUrl: z.url().optional(),
})

const common = {
  account: id.optional(),
  times: z.number().int().min(-1).optional(),
  probability: z.number().min(0).max(1).optional(),
  ms: ms.optional(),
}

/** POST /control/faults */
export const fault = z.discriminatedUnion('side', [
  z.strictObject({
    side: z.literal('api'),
    kind: z.enum([
      'errcode',
      'status',
      'hang',
      'reset-head',
      'reset-before',
      'reset-after',
      'slow',
      'drip',
      'truncated',
      'html',
      'pretty',
      'huge',
    ]),
    path: z.string().max(256).optional(),
    errcode: z.number().int().optional(),
    status: z.number().int().min(200).max(599).optional(),
    bytes: z
      .number()
      .int()
      .min(1)
      .max(300 * 1024 * 1024)
      .optional(),
    applied: z.boolean().optional(),
    ...common,
  }),
  z.strictObject({
    side: z.literal('push'),
    kind: z.enum(['duplicate', 'delay', 'reorder', 'tamper', 'lose']),
    copies: z.number().int().min(1).max(100).optional(),
    part: z.enum(['signature', 'msg_signature', 'timestamp', 'appid', 'body', 'padding']).optional(),
    ...common,
  }),
  z.strictObject({
    side: z.literal('receipt'),
    kind: z.enum(['fail', 'lost', 'late']),
    of: z.enum(['template', 'mass', 'subscription', 'trade', 'desk']).optional(),
    status: z.string().max(128).optional(),
    ...common,
  }),
])

/** PATCH /control/accounts/:id */
export const accountChange = z.strictObject({
  name: z.string().max(64).optional(),
  kind: z.enum(['service', 'subscription']).optional(),
  verified: z.boolean().optional(),
  token: z.string().min(1).max(64).optional(),
  aesKey: z
    .string()
    .regex(/^[A-Za-z0-9]{43}$/)
    .optional(),
  secret: z.string().min(1).max(128).optional(),
  mode: z.enum(['plain', 'compatible', 'safe']).optional(),
  callbackUrl: z.url().optional(),
  ipAllowList: z.array(z.string()).optional(),
  miniPrograms: z.array(z.strictObject({ appid: z.string(), name: z.string() })).optional(),
})

/** Small bodies of the other routes. */
export const small = {
  age: z.strictObject({ ms: z.number().int() }),
  staff: z.strictObject({ text }),
  code: z.strictObject({ account: id.optional(), scene: z.string().min(1).max(64) }),
  verify: z.strictObject({
    tamper: z.boolean().optional(),
    echostr: z.string().optional(),
    timestamp: z.string().optional(),
  }),
  quota: z.strictObject({
    account: id.optional(),
    path: z.string().startsWith('/'),
    daily: z.number().int().min(0).optional(),
    perMinute: z.number().int().min(0).optional(),
  }),
  clock: z.strictObject({ advance: z.number().optional(), set: z.number().optional(), reset: z.boolean().optional() }),
  tokens: z.strictObject({ account: id.optional(), everyMs: ms.optional() }),
  timing: z.strictObject({
    answerMs: ms.optional(),
    resends: z.number().int().min(0).max(10).optional(),
    resendGapMs: ms.optional(),
    receiptMs: ms.optional(),
  }),
  nothing: z.strictObject({}),
}

/** What followers do beyond messages. */
export const life = {
  consent: z.strictObject({
    templateId: z.string(),
    accept: z.boolean().default(true),
    miniProgram: z.union([z.string(), z.literal(true)]).optional(),
  }),
  withdrawal: z.strictObject({
    templateId: z.string(),
    miniProgram: z.union([z.string(), z.literal(true)]).optional(),
  }),
  trade: z.strictObject({
    tradeNo: z.string(),
    act: z.enum(['confirm', 'confirm-automatically', 'overdue']),
    appid: z.string().optional(),
    account: z.string().optional(),
  }),
  comment: z.strictObject({ articleId: z.string(), content: z.string().min(1), place: z.number().int().optional() }),
  visit: z.strictObject({
    appid: z.string().optional(),
    page: z.string().optional(),
    session: z.boolean().optional(),
  }),
  miniTalk: z.union([
    z.strictObject({ kind: z.literal('text').default('text'), text, appid: z.string().optional() }),
    z.strictObject({ kind: z.literal('image'), file: base64.optional(), appid: z.string().optional() }),
    z.strictObject({ kind: z.literal('card'), title: text, path: text, appid: z.string().optional() }),
  ]),
  purchase: z.strictObject({
    appid: z.string().optional(),
    amount: z.number().int().positive(),
    tradeNo: z.string(),
    description: z.string().optional(),
  }),
  parcel: z.strictObject({
    waybillId: z.string(),
    status: z.number().int().min(0).max(6),
    account: z.string().optional(),
  }),
  ends: z.strictObject({
    publish: z.number().int().min(0).max(6).optional(),
    mass: z.string().optional(),
    account: z.string().optional(),
  }),
}
