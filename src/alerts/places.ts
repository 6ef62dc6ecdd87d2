import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import type { AlertRows, PlaceRow } from './model.js'
import type { AlertClient, AlertSettings, ChatSettings } from './ports.js'

/** Somewhere alerts can be posted: a robot or an internal group, by our name. */
export type Place = { kind: 'robot'; name: string } | { kind: 'chat'; name: string }

/** What is known about a place. */
export interface PlaceState {
  stopped?: { at: Date; reason: string; code?: number }
  restUntil?: Date
}

/** What was learnt about robots and internal groups; it is forgotten when their configuration changes. */
export interface Places {
  state(place: Place): Promise<PlaceState>
  /** Nothing more goes there until somebody mends it. False when that was known. */
  stop(place: Place, reason: string, code: number | undefined): Promise<boolean>
  rest(place: Place, until: Date): Promise<void>
  /** Somebody has mended it. */
  resume(place: Place): Promise<boolean>
  /** The id of an internal group, which is made, or brought in line with its configuration, where that was not done. */
  chat(name: string, settings: ChatSettings, client: AlertClient): Promise<string>
  /** The group is gone on the platform: it is made anew next time. */
  lost(name: string): Promise<void>
}

/** Remembers places in the store. */
export function createPlaces(ports: {
  rows: Pick<AlertRows, 'places'>
  settings: Pick<AlertSettings, 'robots' | 'chats'>
  clock: Clock
}): Places {
  const { rows, settings, clock } = ports
  const idOf = ({ kind, name }: Place) => `${kind}:${name}`
  /** Not the key itself: it is a password. */
  const markOf = ({ kind, name }: Place) =>
    createHash('sha256')
      .update(kind === 'robot' ? (settings.robots[name] ?? '') : JSON.stringify(settings.chats[name] ?? {}))
      .digest('base64url')
      .slice(0, 16)

  async function find(place: Place): Promise<PlaceRow | undefined> {
    const row = await rows.places.findOne({ _id: idOf(place) })
    return row?.mark === markOf(place) ? row : undefined
  }

  /** Writes what was learnt; what belongs to an older configuration goes. */
  async function learn(place: Place, fields: Partial<PlaceRow>): Promise<void> {
    const [_id, mark] = [idOf(place), markOf(place)]
    const { matchedCount } = await rows.places.updateOne({ _id, mark }, { $set: fields })
    if (matchedCount === 0) await rows.places.replaceOne({ _id }, { mark, ...fields }, { upsert: true })
  }

  return {
    async state(place) {
      const { stopped, restUntil } = (await find(place)) ?? {}
      return { ...(stopped && { stopped }), ...(restUntil && { restUntil }) }
    },
    async stop(place, reason, code) {
      if ((await find(place))?.stopped) return false
      await learn(place, { stopped: { at: clock.now(), reason, ...(code !== undefined && { code }) } })
      return true
    },
    rest: (place, until) => learn(place, { restUntil: until }),
    async resume(place) {
      const { modifiedCount } = await rows.places.updateOne(
        { _id: idOf(place) },
        { $unset: { stopped: '', restUntil: '', readyAt: '' } },
      )
      return modifiedCount === 1
    },
    async chat(name, chat, client) {
      const place: Place = { kind: 'chat', name }
      const id = chatIdOf(name, chat)
      if ((await find(place))?.readyAt) return id
      const members = [...new Set([chat.owner, ...chat.members])]
      const there = (await client.chats.get(id)) ?? (await made(client, id, chat, members))
      if (there) await align(client, id, chat, members, there)
      await learn(place, { readyAt: clock.now() })
      return id
    },
    async lost(name) {
      await rows.places.updateOne({ _id: idOf({ kind: 'chat', name }) }, { $unset: { readyAt: '' } })
    },
  }
}

type Chat = Awaited<ReturnType<AlertClient['chats']['get']>>

/** Makes a group. Gives the one that is there when that fails: another process, or a call cut short, has made it. */
async function made(
  { chats }: AlertClient,
  id: string,
  { name, owner }: ChatSettings,
  members: readonly string[],
): Promise<Chat> {
  try {
    await chats.create({ id, name, owner, members })
    return undefined
  } catch (error) {
    const there = await chats.get(id).catch(() => undefined)
    if (there) return there
    throw error
  }
}

/** Brings a group in line with its configuration. */
async function align(
  { chats }: AlertClient,
  id: string,
  { name, owner }: ChatSettings,
  members: readonly string[],
  there: NonNullable<Chat>,
): Promise<void> {
  const add = members.filter((one) => !there.members.includes(one))
  const remove = there.members.filter((one) => !members.includes(one))
  const change = {
    ...(there.name !== name && { name }),
    ...(there.owner !== owner && { owner }),
    ...(add.length > 0 && { add }),
    ...(remove.length > 0 && { remove }),
  }
  if (Object.keys(change).length > 0) await chats.update(id, change)
}

/** The group's id on the platform: the same in every process, so that it is made once whatever is cut short. */
export function chatIdOf(name: string, { account = '' }: Pick<ChatSettings, 'account'>): string {
  return `wl${createHash('sha256').update(`${account}:${name}`).digest('hex').slice(0, 28)}`
}
