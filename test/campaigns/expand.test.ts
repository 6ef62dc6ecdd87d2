import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { ExpansionPoint } from '../../src/campaigns/ports.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { approved, clean, id, people, person, promotion, type World, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const SOURCE = 'autumn:2026-03-04T1000'
const POINTS: ExpansionPoint[] = ['frozen', 'intended', 'recalled', 'stored', 'expanded']
const all = (count: number) => people(count).map(({ _id }) => _id)

/** Rejects at the `nth` time a point is reached, as if the process had died there. */
function crash(point: ExpansionPoint, nth: number) {
  let times = 0
  return (at: ExpansionPoint) => {
    if (at !== point || ++times !== nth) return undefined
    return Promise.reject(new Error(`killed at ${at}`))
  }
}

async function started(count: number, definition = promotion(), name = 'autumn'): Promise<World> {
  const made = await world(store, people(count))
  await approved(made, name, definition)
  await made.campaigns.run(name, { by: 'lan' })
  return made
}

describe('an expansion that dies', () => {
  test.each(POINTS)('at "%s" goes on in another process: everybody in exactly one chunk', async (point) => {
    const made = await started(2500)
    for (let nth = 1; nth <= 3; nth++) {
      const dying = made.another({ at: crash(point, nth) })
      await dying.tick()
      await dying.idle()
    }
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(made.bulk.contacts(SOURCE)).toEqual(all(2500))
    const run = await made.rows.runs.findOne({ _id: SOURCE })
    expect(run).toMatchObject({ state: 'sending', counts: { people: 2500 } })
    expect(run?.at?.upTo).toBeUndefined()
  })

  test('in the middle, with people who join and leave the audience meanwhile, doubles nobody and loses nobody who stays', async () => {
    for (const point of ['intended', 'stored'] as const) {
      const made = await world(store, people(2500))
      const name = `autumn-${point}`
      await approved(made, name)
      await made.campaigns.run(name, { by: 'lan' })
      const dying = made.another({ at: crash(point, 2) })
      await dying.tick()
      await dying.idle()
      const { all: rows } = made.audiences
      const gone = new Set([id(5), id(1000), id(1500), id(2400)])
      for (const lost of gone)
        rows.splice(
          rows.findIndex(({ _id }) => _id === lost),
          1,
        )
      for (const n of [7, 960, 1901, 2450]) rows.push({ ...person(n), _id: `${id(n).slice(0, 23)}${'f'}` })
      await made.campaigns.tick()
      await made.campaigns.idle()
      const sent = made.bulk.contacts(`${name}:2026-03-04T1000`)
      expect(new Set(sent).size).toBe(sent.length)
      const stayed = all(2500).filter((contact) => !gone.has(contact))
      expect(stayed.filter((contact) => !sent.includes(contact))).toEqual([])
    }
  })

  test('in a wave goes on with the same people in the same wave', async () => {
    const made = await started(3000, promotion({ waves: [{ share: 50, pause: '30m' }] }))
    const dying = made.another({ at: crash('stored', 1) })
    await dying.tick()
    await dying.idle()
    await made.campaigns.tick()
    await made.campaigns.idle()
    const first = made.bulk.contacts(SOURCE)
    expect(first.length).toBeGreaterThan(1350)
    expect(first.length).toBeLessThan(1650)
    made.bulk.settle(SOURCE)
    await made.campaigns.tick()
    made.clock.pass(1_800_000)
    const dyingAgain = made.another({ at: crash('intended', 2) })
    await dyingAgain.tick()
    await dyingAgain.idle()
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(made.bulk.contacts(SOURCE).toSorted()).toEqual(all(3000))
  })
})

describe('several processes', () => {
  test('at once store each person once', async () => {
    const made = await started(2500)
    const others = [made.campaigns, made.another(), made.another()]
    await Promise.all(others.map((one) => one.tick()))
    await Promise.all(others.map((one) => one.idle()))
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(made.bulk.contacts(SOURCE)).toEqual(all(2500))
  })

  test('of which one lost its lease unnoticed still store each person once', async () => {
    const made = await started(3000)
    let other: Promise<void> | undefined
    let times = 0
    const sleeper = made.another({
      at: (point) => {
        if (point !== 'intended' || ++times !== 2) return undefined
        return (async () => {
          await store.connection.collection('leases').deleteMany({})
          other = made.campaigns.tick().then(() => made.campaigns.idle())
          await other
        })()
      },
    })
    await sleeper.tick()
    await sleeper.idle()
    expect(times).toBe(2)
    await other
    expect(made.bulk.contacts(SOURCE)).toEqual(all(3000))
    expect(await made.rows.runs.findOne({ _id: SOURCE })).toMatchObject({ state: 'sending' })
  })
})

describe('while chunks are being stored', () => {
  const between = (made: World, doing: () => Promise<unknown>) => {
    let times = 0
    return made.another({
      at: (point) => (point === 'stored' && ++times === 1 ? doing().then(() => undefined) : undefined),
    })
  }

  test('a pause ends it between two chunks, and resuming goes on behind the last', async () => {
    const made = await started(2500)
    const worker = between(made, () => made.campaigns.pause('autumn', { by: 'lan' }))
    await worker.tick()
    await worker.idle()
    expect(made.bulk.contacts(SOURCE)).toHaveLength(950)
    expect(made.bulk.calls).toEqual([`pause ${SOURCE}`])
    await made.campaigns.resume('autumn', { by: 'lan' })
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(made.bulk.contacts(SOURCE)).toEqual(all(2500))
  })

  test('a stop ends it for good', async () => {
    const made = await started(2500)
    const worker = between(made, () => made.campaigns.stop('autumn', { by: 'lan' }))
    await worker.tick()
    await worker.idle()
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(made.bulk.contacts(SOURCE)).toHaveLength(950)
    expect((await made.campaigns.show('autumn')).runs[0]).toMatchObject({
      state: 'stopped',
      outcome: { states: { cancelled: 950 } },
    })
  })

  test('a broken stop rule ends it', async () => {
    const made = await started(2500)
    const worker = between(made, async () => made.bulk.settle(SOURCE, 'failed'))
    await worker.tick()
    await worker.idle()
    expect(made.bulk.contacts(SOURCE)).toHaveLength(950)
    expect((await made.campaigns.find('autumn')).reason?.code).toBe('stop-rule:failures')
  })

  test('closing ends it between two chunks, and the next process goes on', async () => {
    const made = await started(2500)
    let closing: Promise<void> | undefined
    const worker = between(made, async () => {
      closing = worker.close()
    })
    await worker.tick()
    await worker.idle()
    await closing
    expect(made.bulk.contacts(SOURCE).length).toBeLessThan(2500)
    await made.campaigns.tick()
    await made.campaigns.idle()
    expect(made.bulk.contacts(SOURCE)).toEqual(all(2500))
  })
})
