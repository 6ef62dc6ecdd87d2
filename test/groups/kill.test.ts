import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GroupChanged } from '../../src/core/corp-update.js'
import { silentLogger } from '../../src/core/log.js'
import { eventRows } from '../../src/events/model.js'
import { findRoster, groupRows, rosterRows, stayRows, syncRows } from '../../src/groups/model.js'
import { connectStore, type Store, type StoreConfig } from '../../src/store/connect.js'

const WORKER = path.join(import.meta.dirname, 'sync-worker.mjs')
let config: StoreConfig

beforeEach(async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-groups-kill-'))
  const uri = process.env['MONGODB_URI'] ?? ''
  config = { uri, dir, database: `weloop-groups-kill-${process.pid}-${Math.trunc(performance.now())}` }
})
afterEach(async () => {
  if (config.uri !== '') await look(async ({ connection }) => connection.dropDatabase())
  await rm(config.dir, { recursive: true, force: true })
})

interface Orders {
  groups?: number
  updates?: GroupChanged[]
  kill?: { at: 'get' | 'learn' | 'append' | 'appended'; after: number }
}

/** Runs a worker to its end; gives the signal that ended it and what it said. */
async function work({ groups = 0, ...orders }: Orders): Promise<{ signal: string | null; said: string }> {
  const all = { store: config, members: 8, groups, ...orders }
  const child = spawn(process.execPath, [WORKER, JSON.stringify(all)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { signal, said }
}

/** Looks into the store once nobody works on it. */
async function look<T>(read: (store: Store) => Promise<T>): Promise<T> {
  const store = await connectStore(config, silentLogger, { inProcess: true, attempts: 1 })
  try {
    return await read(store)
  } finally {
    await store.close()
  }
}

describe('a process killed with -9', () => {
  test('in the middle of a sync leaves a run that goes on where it was, and no group twice or not at all', async () => {
    expect(await work({ groups: 130, kill: { at: 'get', after: 70 } })).toMatchObject({ signal: 'SIGKILL' })
    const cut = await look(({ connection }) => syncRows(connection).findOne({ _id: 'corp' }))
    expect(cut).toMatchObject({ state: 'running', phase: 'read', after: 'corp:wr0049' })
    await look(async ({ connection }) => {
      await connection.db?.collection('leases').deleteMany({})
    })
    expect(await work({ groups: 130, kill: { at: 'learn', after: 30 } })).toMatchObject({ signal: 'SIGKILL' })
    await look(async ({ connection }) => {
      await connection.db?.collection('leases').deleteMany({})
    })
    const { signal, said } = await work({ groups: 130 })
    expect(signal).toBeNull()
    expect(JSON.parse(said)).toMatchObject({ state: 'done', counts: { listed: 130, failed: 0 } })
    await look(async ({ connection }) => {
      expect(await groupRows(connection).countDocuments({ count: 8, customers: 8, rev: { $gte: 1 } })).toBe(130)
      expect(await rosterRows(connection).countDocuments({ todo: true })).toBe(0)
      expect(await stayRows(connection).countDocuments({ open: true })).toBe(130 * 8)
      expect(await eventRows(connection).countDocuments({})).toBe(0)
    })
  }, 60_000)

  test.each(['append', 'appended'] as const)(
    'around %s of a fact loses none of them and tells none twice',
    async (at) => {
      await work({ groups: 1 })
      const now = Date.now()
      const left = (n: number): GroupChanged => ({
        kind: 'event.group.changed',
        id: `left-${n}`,
        platform: 'wecom',
        account: 'corp',
        from: 'wr0000',
        at: new Date(now + n * 1000),
        change: 'left',
        members: [`wm-wr0000-${n}`],
        count: 1,
        scene: 0,
        lastVersion: n === 0 ? 'v1' : `v1.${n - 1}`,
        version: `v1.${n}`,
      })
      const updates = [0, 1, 2, 3].map(left)
      expect(await work({ updates, kill: { at, after: 1 } })).toMatchObject({ signal: 'SIGKILL' })
      expect(await work({ updates })).toMatchObject({ signal: null })
      await look(async ({ connection }) => {
        const roster = await findRoster(connection, 'corp', 'wr0000')
        expect(roster).toMatchObject({ version: 'v1.3', past: [{}, {}, {}, {}], members: [{}, {}, {}, {}] })
        expect(await groupRows(connection).findOne({ chatId: 'wr0000' })).toMatchObject({ count: 4 })
        expect(await eventRows(connection).countDocuments({ type: 'chat.left' })).toBe(4)
        expect(await stayRows(connection).countDocuments({ leftAt: { $exists: true } })).toBe(4)
      })
    },
    60_000,
  )
})
