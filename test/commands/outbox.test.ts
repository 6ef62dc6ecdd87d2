import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addOutboxCommands } from '../../src/commands/outbox.js'
import { silentLogger } from '../../src/core/log.js'
import type { DeliveryRow } from '../../src/outbox/delivery.js'
import { deliveries } from '../../src/outbox/queue.js'
import { connectStore } from '../../src/store/connect.js'

let dir: string
const said: string[] = []
const at = new Date('2026-03-02T02:00:00Z')

/** Runs a command line; gives what it said. */
async function weloop(...words: string[]): Promise<string[]> {
  said.length = 0
  const program = new Command().exitOverride()
  addOutboxCommands(program, {
    root: join(import.meta.dirname, '../..'),
    env: { WELOOP_DATA_DIR: dir },
    store: { inProcess: true },
    say: (line) => said.push(line),
  })
  await program.parseAsync(words, { from: 'user' })
  return [...said]
}
const json = async (...words: string[]) => JSON.parse((await weloop(...words, '--json'))[0] ?? '') as unknown

/** A row as the outbox leaves it. */
function row(key: string, about: Partial<DeliveryRow>): DeliveryRow {
  const ids = { _id: key, account: 'shop', to: 'lin', contact: 'shop:lin', source: 'order:1', seq: 1, fence: 2 }
  const times = { createdAt: at, dueAt: at, nextAt: at }
  const message = { kind: 'text' as const, text: '已发货' }
  return { ...ids, ...times, purpose: 'service', message, state: 'sent', attempts: 1, ...about }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-outbox-'))
  await weloop('outbox', 'list')
  const store = await connectStore({ uri: '', dir, database: 'weloop' }, silentLogger, { inProcess: true })
  const end = { at, state: 'uncertain' as const, reason: 'timeout', wrote: { kind: 'text' as const, text: '已发货' } }
  const attempt = { at, option: 0, kind: 'text' as const, channel: 'customer-message' as const, owner: 'worker-1', end }
  await deliveries(store.connection).insertMany([
    row('unclear', {
      state: 'uncertain',
      attention: true,
      endedAt: at,
      channel: 'customer-message',
      tries: { 1: attempt },
    }),
    row('broken', { state: 'failed', attention: true, endedAt: at, reason: 'template', code: 40037 }),
    row('waiting', { state: 'queued', open: true, attempts: 0 }),
    row('fine', { receipt: 'm1', endedAt: at }),
  ])
  await store.close()
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('weloop outbox', () => {
  test('lists what needs a look, with the reason', async () => {
    const lines = await weloop('outbox', 'list', '--attention')
    expect(lines.join('\n')).toMatch(/failed {4}- {16}service {3}broken {2}40037 template/)
    expect(lines).toHaveLength(2)
    expect(await json('outbox', 'list', '--state', 'sent')).toMatchObject([{ _id: 'fine' }])
    expect(await weloop('outbox', 'list', '--source', 'nothing')).toEqual(['none'])
    await expect(weloop('outbox', 'list', '--state', 'odd')).rejects.toMatchObject({ code: 'outbox.state' })
  })

  test('shows the evidence of an unclear end, and what to do', async () => {
    const shown = (await weloop('outbox', 'show', 'unclear')).join('\n')
    expect(shown).toContain('attempt 1 2026-03-02T02:00:00.000Z way 1 customer-message by worker-1: uncertain: timeout')
    expect(shown).toContain('wrote   {"kind":"text","text":"已发货"}')
    expect(shown).toContain('weloop outbox treat-as-sent unclear')
    await expect(weloop('outbox', 'show', 'nobody')).rejects.toMatchObject({ code: 'delivery.unknown' })
  })

  test('sends again, treats as sent and calls back, each once', async () => {
    expect(await json('outbox', 'resend', 'unclear')).toEqual([{ key: 'unclear:again-2', result: 'new' }])
    expect(await weloop('outbox', 'resend', 'unclear')).toEqual(['unclear:again-2  (had been asked for before)'])
    expect(await weloop('outbox', 'treat-as-sent', 'unclear')).toEqual(['unclear: counts as sent'])
    expect(await weloop('outbox', 'treat-as-sent', 'unclear')).toEqual(['unclear: did so before'])
    expect(await weloop('outbox', 'resend', '--failed', 'order:1')).toEqual(['broken:again-2'])
    expect(await weloop('outbox', 'resend', '--failed', 'order:1')).toEqual(['none failed'])
    expect(await weloop('outbox', 'cancel', 'waiting')).toEqual(['waiting: called back'])
    expect(await weloop('outbox', 'cancel', '--source', 'order:1')).toEqual(['2 of order:1 called back'])
    await expect(weloop('outbox', 'resend')).rejects.toMatchObject({ code: 'outbox.resend' })
  })
})
