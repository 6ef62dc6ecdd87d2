import { AppError, messageOf } from '../../core/errors.js'
import type { ResolvedMessage } from '../../core/message.js'
import { DownloadError } from '../shared/download.js'
import { TokenProblem } from '../shared/token.js'
import type { CustomerMessage } from './client/attachments.js'
import type { MomentTask } from './client/moments.js'
import type { WecomClient } from './client.js'
import { WecomApiError } from './errors.js'

/** How a call ended, as a value. Only `unclear` may have worked without our knowing. */
export type Ended<T> =
  | { state: 'ok'; value: T }
  | { state: 'later'; reason: string; afterMs: number }
  /** `worn`: media must be uploaded anew; `gone`: there is no such task (now). */
  | { state: 'refused'; reason: string; code?: number; worn?: true; gone?: true }
  | { state: 'unclear'; reason: string }

type Page<T> = { items: readonly T[]; next?: string }
type Message = { text?: string; kinds: readonly string[]; message: unknown }
type Record_ = { id: string; createdAt: Date; text?: string; kinds?: readonly string[] }

/** What the sender of one corporation works with. */
export interface GroupSenderOptions {
  client: Pick<WecomClient, 'groupSend' | 'moments' | 'transfer' | 'groups'>
  /** `createCustomerMessages` of customer-message.ts. */
  messages: {
    prepare(
      messages: readonly ResolvedMessage[],
      use: 'message',
      options?: { fresh?: boolean },
    ): Promise<CustomerMessage>
    prepare(
      messages: readonly ResolvedMessage[],
      use: 'moments',
      options?: { fresh?: boolean },
    ): Promise<Pick<MomentTask, 'text' | 'content'>>
  }
}

/** Group-send and moments tasks of one corporation, every failure as a value (`Sender` of src/group-sends/ports.ts). */
export function createGroupSender({ client, messages }: GroupSenderOptions) {
  const { groupSend, moments } = client
  return {
    prepare: (given: readonly ResolvedMessage[], use: 'message' | 'moments', fresh: boolean): Promise<Ended<Message>> =>
      before(async () => {
        if (use === 'moments') {
          const message = await messages.prepare(given, 'moments', { fresh })
          const { text, content } = message
          const kinds =
            content === undefined
              ? []
              : content.type === 'images'
                ? content.mediaIds.map(() => 'image')
                : [content.type]
          return { ...(text !== undefined && { text }), kinds, message }
        }
        const message = await messages.prepare(given, 'message', { fresh })
        const { text, attachments = [] } = message
        return { ...(text !== undefined && { text }), kinds: attachments.map(({ type }) => type), message }
      }),

    create: (task: { to: 'groups' | 'customers'; staff: string; targets: readonly string[]; message: unknown }) =>
      ended(async () => {
        const { staff: sender, targets } = task
        const target =
          task.to === 'groups'
            ? { to: 'groups' as const, sender, groups: targets }
            : { to: 'customers' as const, sender, customers: targets }
        return groupSend.create(target, task.message as CustomerMessage)
      }),

    records: (query: { to: 'groups' | 'customers'; from: Date; upTo: Date; cursor?: string }) =>
      ended(async (): Promise<Page<Record_>> => {
        const { items, next } = await groupSend.records({ ...query, by: 'both' })
        const found = items.map(({ id, createdAt, message: { text, attachments = [] } }) => ({
          id,
          createdAt,
          ...(text !== undefined && { text }),
          kinds: attachments.map(({ type }) => type),
        }))
        return { items: found, ...(next !== undefined && { next }) }
      }),

    members: (id: string, cursor?: string) =>
      ended(() => groupSend.members(id, cursor === undefined ? {} : { cursor })),
    results: (id: string, staff: string, cursor?: string) =>
      ended(() => groupSend.results(id, staff, cursor === undefined ? {} : { cursor })),
    remind: (id: string) => ended(() => done(groupSend.remind(id))),
    cancel: (id: string) => ended(() => done(groupSend.cancel(id))),

    createMoment: (task: {
      staff: readonly string[]
      departments: readonly number[]
      tags: readonly string[]
      message: unknown
    }) =>
      ended(() => {
        const { message, staff, departments, tags } = task
        return moments.create({ ...(message as Pick<MomentTask, 'text' | 'content'>), staff, departments, tags })
      }),

    momentJob: (job: string) =>
      ended(async () => {
        const found = await moments.job(job)
        return found.state === 'refused' ? { state: found.state, reason: found.error.message } : found
      }),

    momentRecords: (query: { from: Date; upTo: Date; cursor?: string }) =>
      ended(async (): Promise<Page<Record_>> => {
        const { items, next } = await moments.records(query)
        const found = items.map(({ id, createdAt, text }) => ({ id, createdAt, text }))
        return { items: found, ...(next !== undefined && { next }) }
      }),

    momentMembers: (id: string, cursor?: string) => ended(() => moments.members(id, cursor)),
    cancelMoment: (id: string) => ended(() => done(moments.cancel(id))),

    /** Hands groups to another owner; a group that is theirs already counts as done, so it may be repeated. */
    transferGroups: (groups: readonly string[], to: string) =>
      ended(async () => {
        const refused: { group: string; reason: string }[] = []
        const done_: string[] = []
        for (let at = 0; at < groups.length; at += TRANSFER_AT_ONCE) {
          const some = groups.slice(at, at + TRANSFER_AT_ONCE)
          const failed = await client.transfer.groups(some, to)
          const reasons = new Map(failed.map(({ group, refused: error }) => [group, error.message]))
          for (const group of some) {
            const reason = reasons.get(group)
            if (reason === undefined || (await client.groups.get(group))?.owner === to) done_.push(group)
            else refused.push({ group, reason })
          }
        }
        return { done: done_, refused }
      }),
  }
}

const TRANSFER_AT_ONCE = 100

const done = async (call: Promise<unknown>): Promise<true> => {
  await call
  return true
}

/** Work before a call: nothing has been made, so an unclear end is worth another try. */
async function before<T>(work: () => Promise<T>): Promise<Ended<T>> {
  const end = await ended(work)
  return end.state === 'unclear' ? { state: 'later', reason: end.reason, afterMs: 30_000 } : end
}

async function ended<T>(work: () => Promise<T>): Promise<Ended<T>> {
  try {
    return { state: 'ok', value: await work() }
  } catch (error) {
    return endOf(error)
  }
}

function endOf(error: unknown): Exclude<Ended<never>, { state: 'ok' }> {
  if (error instanceof TokenProblem) return later(error.message, error.retryAfterMs ?? 60_000)
  if (error instanceof DownloadError) return error.temporary ? later(error.message, 60_000) : refusal(error.message)
  if (error instanceof WecomApiError) return endOfApi(error)
  if (error instanceof AppError) return refusal(error.message)
  return { state: 'unclear', reason: messageOf(error) }
}

const DAY_MS = 86_400_000

function endOfApi(error: WecomApiError): Exclude<Ended<never>, { state: 'ok' }> {
  const { errcode, message } = error
  const refused = { ...refusal(message), ...(errcode !== undefined && { code: errcode }) }
  switch (error.class) {
    case 'uncertain':
      return { state: 'unclear', reason: message }
    case 'not-sent':
    case 'token':
      return later(message, 5000)
    case 'busy':
    case 'concurrency':
      return later(message, 30_000)
    case 'quota':
      return later(message, errcode === REMINDED_TOO_OFTEN ? DAY_MS : (error.retryAfterMs ?? 60_000))
    case 'credential':
    case 'ip':
    case 'http':
    case 'permission':
    case 'banned':
    case 'capacity':
      return later(message, 600_000)
    case 'media':
      return { ...refused, worn: true }
    case 'done':
    case 'gone':
      return { ...refused, gone: true }
    default:
      return refused
  }
}

const REMINDED_TOO_OFTEN = 41094

const later = (reason: string, afterMs: number) => ({ state: 'later' as const, reason, afterMs })
const refusal = (reason: string) => ({ state: 'refused' as const, reason })
