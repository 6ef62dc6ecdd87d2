import { z } from 'zod'
import { limits } from '../../../rules/official-account/limits.js'
import { durationMs } from '../../core/clock.js'
import { type Problem, ProblemsError } from '../../core/errors.js'
import { article, card, type Message, text } from '../../core/message.js'

/** Where a channel code hangs. */
export const PLACEMENTS = ['poster', 'package', 'shelf', 'ad', 'staff', 'article'] as const
export type Placement = (typeof PLACEMENTS)[number]

/** What somebody who follows or scans is answered; instead of the handlers' own reply. */
export type SceneReply = { text: string } | { article: string } | { card: string }

const LONGEST_MS = limits.sceneDays.value * 86_400_000
const words = (max: number) => z.string().trim().min(1, 'is empty').max(max, `takes at most ${max} characters`)
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is the name of a file in content/, such as new-arrivals')

const schema = z.strictObject({
  account: z.string().min(1),
  /** What the platform hands back with a follow or scan. */
  code: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'is letters, digits and _ . : -, beginning with a letter or digit')
    .max(limits.sceneText.value, `takes at most ${limits.sceneText.value} characters (带参数二维码 scene_str)`),
  name: words(60),
  placement: z.enum(PLACEMENTS, `is one of ${PLACEMENTS.join(', ')}`),
  costCentre: words(60).optional(),
  tags: z.array(words(80)).max(20, 'takes at most 20 tags').default([]),
  reply: z
    .union([z.strictObject({ text: words(600) }), z.strictObject({ article: slug }), z.strictObject({ card: slug })])
    .optional(),
  /** How long a temporary code lives, such as `30d`; without it the code is permanent. */
  lasts: z
    .string()
    .refine(isLife, `is a time from 1s to ${limits.sceneDays.value}d, such as 7d (带参数二维码 expire_seconds)`)
    .optional(),
})

/** A channel code as a person asks for it. */
export type NewScene = z.input<typeof schema>
/** The same, checked. */
export type CheckedScene = z.output<typeof schema>

/** Checks a new channel code; throws ProblemsError with everything that is wrong, before anything is called. */
export function checkScene(scene: NewScene): CheckedScene {
  const checked = schema.safeParse(scene)
  if (checked.success) return checked.data
  const problems = checked.error.issues.map(
    ({ path, message }): Problem => ({
      file: 'scene',
      field: path.join('.') || 'scene',
      message,
      fix: 'see `weloop scene create --help`',
    }),
  )
  throw new ProblemsError('scene.invalid', problems)
}

/** A reply as a message. */
export function replyMessage(reply: SceneReply): Message {
  if ('text' in reply) return text(reply.text)
  return 'article' in reply ? article(reply.article) : card(reply.card)
}

function isLife(value: string): boolean {
  try {
    const ms = durationMs(value)
    return ms >= 1000 && ms <= LONGEST_MS
  } catch {
    return false
  }
}
