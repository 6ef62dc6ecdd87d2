import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { Update, UpdateBase, UpdateKind } from '../../../core/update.js'
import type { DeskContent, DeskEntry } from '../client/desk-rows.js'
import { fieldsOf, numberOf, textOf } from '../client/read.js'

/** An entry as it is stored with its update: what was read, without the platform's own form. */
export const bodyOf = (entry: DeskEntry): string => JSON.stringify(entry)

/** Reads a stored entry again. Throws AppError `push.unreadable` for anything else. */
export function entryIn(body: string): DeskEntry {
  try {
    return ENTRY.parse(JSON.parse(body)) as DeskEntry
  } catch {
    throw new AppError('push.unreadable', 'this is no entry of a customer-service account', {
      fix: 'it must be the JSON of one entry as the inbox keeps it',
    })
  }
}

/**
 * What an entry of the desk is, for the account it was read for. A message's id tells it apart; an old event without one by
 * everything in it. What is not known is `unknown`, what lacks its customer too.
 */
export function updateOf(entry: DeskEntry, account: string): Update {
  const { id, customer: from, at, content } = entry
  const header = {
    id: id === '' ? createHash('sha256').update(bodyOf(entry)).digest('base64url') : id,
    platform: 'wecom' as const,
    account,
    from,
    at,
  }
  const found = content.kind === 'servicer' ? servicer(content) : from === '' ? undefined : of(entry)
  if (found !== undefined) return { ...header, ...found } as Update
  const name = content.kind === 'other' ? content.name : content.kind
  return { kind: 'unknown', ...header, name, fields: content.kind === 'other' ? content.fields : { ...content } }
}

/** An update without what every update carries. */
type Bare = { [K in UpdateKind]: Omit<Extract<Update, { kind: K }>, Exclude<keyof UpdateBase<K>, 'kind'>> }[UpdateKind]

function of({ from, staff, content }: DeskEntry): Bare | undefined {
  if (from === 'customer') return message(content)
  if (from === 'servicer') return { kind: 'event.kf.said', staff: staff ?? '', content: said(content) } as Bare
  return event(content)
}

function message(content: DeskContent): Bare | undefined {
  switch (content.kind) {
    case 'text': {
      const { text, choice } = content
      return { kind: 'message.text', text, ...(choice !== undefined && { choice }) } as Bare
    }
    case 'media':
      return media(content)
    case 'other':
      return known(content) ?? ({ kind: 'message.other', name: content.name, fields: content.fields } as Bare)
    default:
      return event(content)
  }
}

function media({ type, mediaId }: DeskContent & { kind: 'media' }): Bare {
  switch (type) {
    case 'image':
      return { kind: 'message.image', mediaId, url: '' } as Bare
    case 'voice':
      return { kind: 'message.voice', mediaId, format: 'amr' } as Bare
    case 'video':
      return { kind: 'message.video', mediaId, thumbMediaId: '', short: false } as Bare
    case 'file':
      return { kind: 'message.file', mediaId, name: '' } as Bare
  }
}

function known({ name, fields }: DeskContent & { kind: 'other' }): Bare | undefined {
  switch (name) {
    case 'location': {
      const [place, address] = [textOf(fields, 'name'), textOf(fields, 'address')]
      const label = [place, address].filter((part) => part !== '').join(' ')
      return { kind: 'message.location', ...whereIn(fields), label } as Bare
    }
    case 'link':
      return {
        kind: 'message.link',
        title: textOf(fields, 'title'),
        description: textOf(fields, 'desc'),
        url: textOf(fields, 'url'),
      } as Bare
    case 'miniprogram':
      return {
        kind: 'message.card',
        title: textOf(fields, 'title'),
        appid: textOf(fields, 'appid'),
        path: textOf(fields, 'pagepath'),
        thumbUrl: '',
        thumbMediaId: textOf(fields, 'thumb_media_id'),
      } as Bare
    default:
      return undefined
  }
}

const whereIn = (fields: Record<string, unknown>) => ({
  latitude: numberOf(fields, 'latitude'),
  longitude: numberOf(fields, 'longitude'),
  scale: 0,
})

/** What a servicer wrote, as what staff write is told everywhere. */
function said(content: DeskContent): object {
  if (content.kind === 'text') return { kind: 'text', text: content.text }
  if (content.kind === 'media') {
    const { type, mediaId } = content
    const more = { image: { url: '' }, voice: { format: 'amr' }, video: { thumbMediaId: '' }, file: { name: '' } }
    return { kind: type, mediaId, ...more[type] }
  }
  if (content.kind !== 'other') return { kind: 'other', name: content.kind }
  const { name, fields } = content
  if (name === 'location') return { kind: name, ...whereIn(fields), label: textOf(fields, 'name') }
  if (name !== 'link') return { kind: 'other', name }
  const [title, description, url] = [textOf(fields, 'title'), textOf(fields, 'desc'), textOf(fields, 'url')]
  return { kind: name, title, description, url, picture: textOf(fields, 'pic_url') }
}

const CHANGES = ['taken', 'passed', 'ended', 'reopened'] as const

function event(content: DeskContent): Bare | undefined {
  switch (content.kind) {
    case 'entered': {
      const { scene: source = '', sceneParam, welcomeCode } = content
      return {
        kind: 'event.session.entered',
        source,
        ...(sceneParam !== undefined && { sceneParam }),
        ...(welcomeCode !== undefined && { welcomeCode }),
      } as Bare
    }
    case 'send-failed': {
      const { messageId, reason } = content
      return { kind: 'event.kf.send-failed', messageId, reason, why: WHY.get(reason) ?? `unknown ${reason}` } as Bare
    }
    case 'session': {
      const { kind: _, change: number, ...rest } = content
      const change = CHANGES[number - 1]
      return change && ({ kind: 'event.kf.session', change, ...rest } as Bare)
    }
    case 'recalled':
      return { kind: 'event.kf.recalled', messageId: content.messageId, by: content.by } as Bare
    default:
      return undefined
  }
}

function servicer({ staff, serving }: DeskContent & { kind: 'servicer' }): Bare {
  return { kind: 'event.kf.servicer', staff, serving } as Bare
}

/** `fail_type` in our words (读取消息: 消息发送失败事件). */
const WHY: ReadonlyMap<number, string> = new Map([
  [1, 'account-deleted'],
  [2, 'no-permission'],
  [4, 'window-closed'],
  [5, 'session-closed'],
  [6, 'window-used-up'],
  [7, 'no-permission'],
  [8, 'no-permission'],
  [9, 'no-permission'],
  [10, 'refused'],
  [11, 'no-staff'],
])

const text = z.string()
const more = text.optional()
const CONTENT = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text, choice: more }),
  z.object({ kind: z.literal('media'), type: z.enum(['image', 'voice', 'video', 'file']), mediaId: text }),
  z.object({ kind: z.literal('entered'), scene: more, sceneParam: more, welcomeCode: more }),
  z.object({ kind: z.literal('send-failed'), messageId: text, reason: z.number() }),
  z.object({ kind: z.literal('servicer'), staff: text, serving: z.boolean() }),
  z.object({ kind: z.literal('session'), change: z.number(), before: more, after: more, code: more }),
  z.object({ kind: z.literal('recalled'), messageId: text, by: z.enum(['customer', 'servicer']) }),
  z.object({ kind: z.literal('other'), name: text, fields: z.record(text, z.unknown()) }),
])
const ENTRY = z.object({
  id: text,
  account: text,
  customer: text,
  at: z.coerce.date(),
  from: z.enum(['customer', 'system', 'servicer']),
  staff: more,
  content: CONTENT.transform((content) => {
    return content.kind === 'other' ? { ...content, fields: fieldsOf(content.fields) } : content
  }),
})
