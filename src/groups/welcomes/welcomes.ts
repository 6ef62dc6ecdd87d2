import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Message, ResolvedMessage } from '../../core/message.js'
import type { Connection } from '../../store/connect.js'
import { createLeases } from '../../store/lease.js'
import { readFolder } from '../ways/folder.js'
import { messagesOf, WELCOME_FOLDER, type WelcomeDefinition } from './definition.js'
import { type WelcomeRow, welcomeModel, welcomeRows } from './model.js'

/** How a welcome of the content folder compares with the platform's library. */
export interface WelcomeState {
  slug: string
  account: string
  title: string
  /**
   * `new`: not in the library; `changed`: the file was edited since, or somebody removed or edited it there; `same`;
   * `extra`: pushed once, its file is gone; `broken`: it cannot be pushed as it is.
   */
  state: 'new' | 'changed' | 'same' | 'extra' | 'broken'
  templateId?: string
  pushedAt?: Date
  /** Of a broken one, or when the library says something else than was pushed. */
  reason?: string
}

/** The library of group welcomes. Nothing of it appears in a group before its owner has chosen it in the client. */
export interface Welcomes {
  /** Reads the files and, of each that was pushed, what the platform has. */
  diff(): Promise<WelcomeState[]>
  /** Adds what is new and overwrites what has changed; `prune` also removes what has no file any more. */
  push(options?: { slug?: string; prune?: boolean }): Promise<Pushed[]>
  /** Takes attempts of unknown end as failed, so that it is tried again. False when there were none. */
  forget(slug: string): Promise<boolean>
}

/** What pushing did about one welcome. */
export type Pushed = WelcomeState & { done: 'added' | 'written' | 'removed' | 'failed' | 'left' }

/** The library on the platform; `M` is what `prepare` of customer messages gives for a group welcome. */
export interface WelcomeApi<M> {
  prepare(messages: readonly ResolvedMessage[]): Promise<M>
  add(welcome: M, options: { tell: boolean }): Promise<string>
  get(id: string): Promise<{ text?: string }>
  update(id: string, welcome: M): Promise<void>
  remove(id: string): Promise<void>
}

export interface WelcomesPorts<M> {
  connection: Connection
  clock: Clock
  /** The content folder. */
  dir: string
  /** Ids of the WeCom apps; a welcome that names none belongs to the first. */
  corps: readonly string[]
  api(account: string): WelcomeApi<M> | undefined
  /** Fills in what a message names. Throws AppError when it is not there. */
  resolve(message: Message, account: string): ResolvedMessage
}

const LEASE_MS = 300_000
const MOST_LOST = 3

interface Item {
  account: string
  slug: string
  definition?: WelcomeDefinition
  row?: WelcomeRow
  /** The file cannot be used. */
  fault?: string
}

/** The welcomes on a connection; make them before `ensureIndexes`. */
export function createWelcomes<M>(ports: WelcomesPorts<M>): Welcomes {
  const { connection, clock, dir, corps, api, resolve } = ports
  welcomeModel(connection)
  const rows = () => welcomeRows(connection)
  const leases = createLeases(connection)

  async function items(): Promise<Item[]> {
    const { files } = await readFolder(dir, WELCOME_FOLDER)
    const stored = new Map((await rows().find({}).toArray()).map((row) => [row._id, row]))
    const found = files.map(({ slug, value, problems }): Item => {
      const account = value?.account ?? [...stored.values()].find((row) => row.slug === slug)?.account ?? corps[0] ?? ''
      const id = `${account}:${slug}`
      const row = stored.get(id)
      stored.delete(id)
      const fault = value === undefined ? { fault: problems[0]?.message ?? '无法读取' } : {}
      return { account, slug, ...(value && { definition: value }), ...(row && { row }), ...fault }
    })
    const extra = [...stored.values()].filter(({ templateId }) => templateId !== undefined)
    return [...found, ...extra.map((row) => ({ account: row.account, slug: row.slug, row }))]
  }

  const complete = ({ definition, account }: Item): ResolvedMessage[] =>
    definition ? messagesOf(definition).map((message) => resolve(message, account)) : []

  async function stateOf(item: Item): Promise<WelcomeState> {
    const { slug, account, definition, row } = item
    const about = {
      slug,
      account,
      title: definition?.title ?? row?.title ?? slug,
      ...(row?.templateId !== undefined && { templateId: row.templateId }),
      ...(row?.pushedAt && { pushedAt: row.pushedAt }),
    }
    if (item.fault !== undefined) return { ...about, state: 'broken', reason: item.fault }
    if (!definition) return { ...about, state: 'extra' }
    const client = api(account)
    if (!client) return { ...about, state: 'broken', reason: `没有企业微信账号 ${account}` }
    let hash: string
    try {
      hash = hashOf(complete(item))
    } catch (error) {
      return { ...about, state: 'broken', reason: messageOf(error) }
    }
    if (row?.templateId === undefined) return { ...about, state: 'new' }
    if (row.pushed !== hash) return { ...about, state: 'changed' }
    const there = await client.get(row.templateId).catch(noneWhenGone)
    if (there === undefined) return { ...about, state: 'changed', reason: '素材库里已经没有这一条' }
    if ((there.text ?? '') !== (definition.text ?? '')) {
      return { ...about, state: 'changed', reason: '素材库里的文字被改过' }
    }
    return { ...about, state: 'same' }
  }

  async function write(item: Item): Promise<'added' | 'written'> {
    const { account, slug, definition } = item
    const client = api(account)
    if (!client || !definition) throw new AppError('welcome.account', `no WeCom account '${account}'`)
    const messages = complete(item)
    const prepared = await client.prepare(messages)
    const _id = `${account}:${slug}`
    const about = { account, slug, title: definition.title, pushed: hashOf(messages), pushedAt: clock.now() }
    const row = await rows().findOne({ _id })
    if (row?.templateId !== undefined) {
      const written = await client.update(row.templateId, prepared).then(
        () => true,
        (error: unknown) => noneWhenGone(error) ?? false,
      )
      if (written) {
        await rows().updateOne({ _id }, { $set: about })
        return 'written'
      }
    }
    const lost = (row?.lost ?? 0) + (row?.intent ? 1 : 0)
    if (lost >= MOST_LOST) {
      throw new AppError('welcome.lost', `${MOST_LOST} attempts to add '${slug}' ended without an answer`, {
        fix: '核对素材库里有没有多余的，再执行 weloop steer welcomes forget NAME',
      })
    }
    await rows().updateOne(
      { _id },
      {
        $set: { account, slug, title: definition.title, intent: { at: clock.now() }, lost },
        $unset: { templateId: '' },
      },
      { upsert: true },
    )
    let templateId: string
    try {
      templateId = await client.add(prepared, { tell: definition.tell })
    } catch (error) {
      if (!isUncertain(error)) await rows().updateOne({ _id }, { $unset: { intent: '' } })
      throw error
    }
    await rows().updateOne({ _id }, { $set: { ...about, templateId }, $unset: { intent: '' } })
    return 'added'
  }

  async function remove({ account, slug, row }: Item): Promise<'removed'> {
    if (row?.templateId !== undefined) await api(account)?.remove(row.templateId)
    await rows().deleteOne({ _id: `${account}:${slug}` })
    return 'removed'
  }

  return {
    async diff() {
      const states: WelcomeState[] = []
      for (const item of await items()) states.push(await stateOf(item))
      return states
    },
    async push({ slug, prune = false } = {}) {
      const lease = await leases.take('group-welcomes', 'welcomes', LEASE_MS)
      if (!lease) throw new AppError('welcome.busy', 'another process pushes group welcomes', { fix: 'try again soon' })
      try {
        const done: Pushed[] = []
        for (const item of (await items()).filter((each) => slug === undefined || each.slug === slug)) {
          const state = await stateOf(item)
          try {
            if (state.state === 'new' || state.state === 'changed') done.push({ ...state, done: await write(item) })
            else if (state.state === 'extra' && prune) done.push({ ...state, done: await remove(item) })
            else done.push({ ...state, done: state.state === 'broken' ? 'failed' : 'left' })
          } catch (error) {
            done.push({ ...state, done: 'failed', reason: messageOf(error) })
          }
          await lease.renew(LEASE_MS)
        }
        return done
      } finally {
        await lease.release()
      }
    },
    async forget(slug) {
      const found = { slug, templateId: { $exists: false } }
      const { matchedCount } = await rows().updateMany(found, { $set: { lost: 0 }, $unset: { intent: '' } })
      return matchedCount > 0
    },
  }
}

const hashOf = (messages: readonly ResolvedMessage[]) =>
  createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 32)

const classOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'class' in error ? error.class : undefined

const isUncertain = (error: unknown) => classOf(error) === 'uncertain'

function noneWhenGone(error: unknown): undefined {
  if (classOf(error) !== 'gone') throw error
}
