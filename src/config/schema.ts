import { z } from 'zod'
import { accountSchema } from './accounts.js'
import { duration, url } from './fields.js'

const placeName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'names are lower-case letters, digits and -')
const userid = z.string().regex(/^[\w.@-]{1,64}$/, 'must be the userid of a member')

/** The whole configuration; every key is described in `config/default.yaml`. */
export const configSchema = z.strictObject({
  publicUrl: url,
  http: z.strictObject({
    host: z.string().default('127.0.0.1'),
    port: z.number().int().min(0).max(65535).default(3000),
    /** How many proxies in front set X-Forwarded-For; 0 trusts none. */
    trustedProxies: z.number().int().min(0).max(5).default(0),
  }),
  store: z.strictObject({
    /** `mongodb://...`; empty means the embedded store under `dir`. */
    uri: z.string().default(''),
    dir: z.string().default('data'),
    database: z.string().default('weloop'),
  }),
  log: z.strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  }),
  timeZone: z.string().default('Asia/Shanghai'),
  inbox: z.strictObject({
    /** How long handlers may take before the reply goes by the outbox instead. The platform waits 5 s. */
    replyBudget: duration('4500ms'),
    warnAfter: duration('2s'),
    /** How far a push's timestamp may be from our clock. */
    timestampWindow: duration('10m'),
    /** How long accepted updates (and with them the deduplication keys) are kept; at least 7 days. */
    keep: duration('30d'),
    /** The on-disk spool that takes updates while the store cannot be reached. */
    spoolBytes: z.number().int().min(1_048_576).default(268_435_456),
  }),
  outbox: z.strictObject({
    /** How many deliveries are under way at once in one worker. */
    concurrency: z.number().int().min(1).max(600).default(32),
    /** Messages of campaigns a second, by account and channel, over all workers. */
    perSecond: z.number().int().min(1).max(2000).default(100),
    /** A delivery not sent this long after it was due is given up as expired. */
    expireAfter: duration('48h'),
  }),
  /** How often, when and to whom marketing and care messages go, beside what the platform allows. */
  reach: z
    .strictObject({
      /** Messages to one person over all accounts and channels: a business day, 7 and 30 of them, today included. */
      caps: z
        .strictObject({
          day: z.number().int().min(1).default(1),
          week: z.number().int().min(1).default(3),
          month: z.number().int().min(1).default(8),
        })
        .prefault({}),
      quietHours: z
        .strictObject({
          hours: z
            .string()
            .regex(/^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$/, 'must be hours such as 22:00-08:00')
            .default('22:00-08:00'),
          mode: z.enum(['next', 'abort', 'ignore']).default('next'),
        })
        .prefault({}),
      /** Purposes that need an explicit yes. */
      requireConsent: z.array(z.enum(['marketing', 'care'])).default([]),
      /** Calls a day by account and channel, where the platform grants the account other numbers than a new one. */
      quotas: z
        .record(
          z.string(),
          z.partialRecord(
            z.enum(['template', 'subscription', 'mini-program', 'shipping', 'customer-message', 'mass']),
            z.number().int().min(0),
          ),
        )
        .default({}),
    })
    .prefault({}),
  api: z
    .strictObject({
      /**
       * Opens the secrets of API keys in the store: 32 bytes in base64, several joined by commas with the current one in
       * front. Empty: a key file in the data folder.
       */
      masterKey: z.string().default(''),
    })
    .default({ masterKey: '' }),
  console: z
    .strictObject({
      /** Who must have a second factor: `privileged` are owners and administrators. */
      secondFactor: z.enum(['privileged', 'all', 'optional']).default('privileged'),
    })
    .prefault({}),
  /** What holds for campaigns that say nothing else. */
  campaigns: z
    .strictObject({
      /** For more people than this, somebody else than its authors must approve a campaign. */
      approvalAbove: z.number().int().min(0).default(1000),
      /** By how many percent an audience may outgrow what was approved before a run waits for another approval. */
      growth: z.number().min(0).max(1000).default(50),
      /** The first wave of campaigns to `above` people and more: its share in percent, and the time to look at it. */
      waves: z
        .strictObject({
          share: z.number().min(0).max(99).default(5),
          pause: duration('30m'),
          above: z.number().int().min(1).default(2000),
        })
        .prefault({}),
      /** A campaign ends by itself beyond these rates (percent), judged from `minimum` messages on. */
      stop: z
        .strictObject({
          failures: z.number().min(0).max(100).default(10),
          optOuts: z.number().min(0).max(100).default(2),
          minimum: z.number().int().min(1).default(100),
        })
        .prefault({}),
      /** A run that would begin this late (nobody ran) is skipped, on the record. */
      skipAfter: duration('2h'),
      /** How long after its wave's start a message may still leave. */
      lasts: duration('24h'),
    })
    .prefault({}),
  /** Alerts to staff (content/alerts). */
  alerts: z
    .strictObject({
      /** Facts received longer ago than this when they are come to (nobody ran) are counted, not told. */
      staleAfter: duration('1h'),
      quietHours: z
        .strictObject({
          hours: z
            .string()
            .regex(/^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$/, 'must be hours such as 22:00-08:00')
            .default('22:00-08:00'),
          mode: z.enum(['hold', 'drop', 'ignore']).default('hold'),
        })
        .prefault({}),
      /** So many alerts of one rule in so long; the rest becomes one summary. */
      most: z
        .strictObject({ count: z.number().int().min(1).max(100).default(20), within: duration('10m') })
        .prefault({}),
      /** A message that has not left this long after its alert is given up. */
      expireAfter: duration('2h'),
      /** How long alerts stay for people to look at. */
      keep: duration('30d'),
      /** Webhook robots of internal groups, by our names for them: the key of the robot's address, or the address. */
      robots: z
        .record(
          placeName,
          z
            .string()
            .transform((text) => (URL.canParse(text) ? (new URL(text).searchParams.get('key') ?? '') : text))
            .refine((key) => /^[0-9A-Za-z-]{8,64}$/.test(key), 'must be the key of a robot, or its whole address'),
        )
        .default({}),
      /** Internal groups (内部群) of staff, by our names for them; each is made when it is first needed. */
      chats: z
        .record(
          placeName,
          z.strictObject({
            /** The corporation's account; the only one unless given. */
            account: z.string().optional(),
            name: z.string().min(1).max(50),
            owner: userid,
            members: z.array(userid).min(1, 'names nobody beside the owner').max(1999),
          }),
        )
        .default({}),
      /** A customer's message with one of these is a complaint. */
      complaintWords: z
        .array(z.string().trim().min(1))
        .default(['投诉', '举报', '差评', '12315', '消协', '工商局', '骗子', '假货', '欺诈', '起诉', '律师', '曝光']),
    })
    .prefault({}),
  /** Customer groups (客户群) of WeCom. */
  groups: z
    .strictObject({
      /** From which share of `capacity` on a group is nearly full; a group can have a number of its own. */
      nearlyFull: z.number().min(0.5).max(1).default(0.9),
      /** How many members a group takes. */
      capacity: z.number().int().min(10).max(500, 'the platform takes at most 500 members').default(500),
    })
    .prefault({}),
  /** Join ways of customer groups (加入群聊) and the invitations to them. */
  joinWays: z
    .strictObject({
      /** From so many people on a group counts as full; the platform's own number is not documented. */
      fullAt: z.number().int().min(2).max(500).default(200),
      /** How long the page of an invitation stays open. */
      lasts: duration('7d'),
    })
    .prefault({}),
  /** Group-send tasks of WeCom (企业群发). */
  groupSends: z
    .strictObject({
      /** As set in 群发助手: as many a month as it has days, 7 a week or 1 a day, for each customer and group. */
      cap: z.enum(['month', 'week', 'day']).default('day'),
      /** For more groups or customers than this, somebody else than its authors must approve a push. */
      approvalAbove: z.number().int().min(0).default(500),
      /** How long a task may be confirmed; what is not by then is called back. */
      expireAfter: duration('24h'),
      /** A run that would begin this late (nobody ran) is skipped, on the record. */
      skipAfter: duration('2h'),
      /** How late a to-do comes again to a member who pressed 稍后提醒. */
      snooze: duration('30m'),
    })
    .prefault({}),
  /** The side bar (聊天工具栏) of WeCom: `<publicUrl>/sidebar`. */
  sidebar: z
    .strictObject({
      /** The corporation's account of an address without `?corp=`; the first unless given. */
      account: z.string().optional(),
      /** What members may do by userid; who is not named has `service`. */
      roles: z.record(userid, z.enum(['service', 'supervisor'])).default({}),
      /** Which customers members with `service` see: their own and those they serve at the desk, or all of the corporation. */
      customers: z.enum(['own', 'all']).default('own'),
      /** The JS-SDK's UMD build; empty: WeCom's own, or the stand-in of a corporation whose `apiBase` is the simulator. */
      sdkUrl: z.union([z.literal(''), url]).default(''),
    })
    .prefault({}),
  content: z.strictObject({
    dir: z.string().default('content'),
    /** Reload files as they are edited. */
    watch: z.boolean().default(true),
  }),
  simulator: z.strictObject({
    /** Start the simulator beside the product (`npm start` does; production refuses). */
    enabled: z.boolean().default(false),
    port: z.number().int().min(0).max(65535).default(3001),
  }),
  accounts: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'account ids are lower-case letters, digits and -'),
    accountSchema,
  ),
})

export type Config = z.output<typeof configSchema>
