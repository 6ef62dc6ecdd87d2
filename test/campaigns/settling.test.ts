import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openTestStore, type TestStore } from '../store/open.js'
import { approved, clean, id, people, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const RUN = '2026-03-04T1000'
const SOURCE = `autumn:${RUN}`

/** A push that has been sent: 3 failed, 2 with an unclear end, the others got it. */
async function sentOne(stop?: 'stop') {
  const made = await world(store, people(40))
  await approved(made, 'autumn')
  await made.campaigns.run('autumn', { by: 'lan' })
  await made.campaigns.tick()
  await made.campaigns.idle()
  for (const n of [1, 2, 3]) made.bulk.mark(SOURCE, id(n), 'failed', { reason: 'refused' })
  for (const n of [4, 5]) made.bulk.mark(SOURCE, id(n), 'uncertain')
  made.bulk.settle(SOURCE)
  if (stop) await made.campaigns.stop('autumn', { by: 'ming' })
  await made.campaigns.tick()
  await made.campaigns.idle()
  return made
}

test('the people of a run are listed by how they stand, page by page', async () => {
  const { campaigns } = await sentOne()
  const first = await campaigns.recipients('autumn', RUN, ['failed', 'uncertain'], { limit: 4 })
  expect(first.recipients.map(({ contact }) => contact)).toEqual([1, 2, 3, 4].map(id))
  const after = first.next ?? ''
  const rest = await campaigns.recipients('autumn', RUN, ['failed', 'uncertain'], { limit: 4, after })
  expect(rest).toEqual({ recipients: [expect.objectContaining({ contact: id(5), state: 'uncertain' })] })
})

test('only those who failed get it again, the outcome follows, and the log says who did it', async () => {
  const { campaigns, bulk } = await sentOne()
  const outcome = async () => (await campaigns.runOf('autumn', RUN)).progress?.states
  expect(await outcome()).toMatchObject({ sent: 35, failed: 3, uncertain: 2 })
  expect(await campaigns.resend('autumn', RUN, 'failed', { by: 'lan', note: '网络好了' })).toBe(3)
  expect(await outcome()).toMatchObject({ sent: 35, waiting: 3, uncertain: 2 })
  bulk.settle(SOURCE)
  expect(await campaigns.treatAsSent('autumn', RUN, [id(4)], { by: 'ming' })).toBe(1)
  expect(await outcome()).toMatchObject({ sent: 39, uncertain: 1 })
  // Kept on the run, as it was when everything had ended again.
  expect((await campaigns.show('autumn')).runs[0]?.outcome?.states).toMatchObject({ sent: 39, uncertain: 1 })
  const log = await campaigns.log('autumn')
  expect(log.map(({ action, type }) => action ?? type)).toEqual(
    expect.arrayContaining(['create', 'estimate', 'approve', 'schedule', 'campaign.started', 'campaign.done']),
  )
  expect(log.filter(({ type }) => type === 'campaign.settled')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: 'resend', by: 'lan', note: '网络好了', people: 3, occurrence: RUN }),
      expect.objectContaining({ action: 'treat-as-sent', by: 'ming', people: 1 }),
    ]),
  )
  expect(await campaigns.resend('autumn', RUN, 'failed', { by: 'lan' })).toBe(0)
})

test('nothing more of a run that was stopped is sent again', async () => {
  const { campaigns } = await sentOne('stop')
  const again = campaigns.resend('autumn', RUN, 'failed', { by: 'lan' })
  await expect(again).rejects.toMatchObject({ code: 'campaign.state' })
  expect(await campaigns.treatAsSent('autumn', RUN, 'uncertain', { by: 'lan' })).toBe(2)
})

test('the log of one push has nothing of another whose name begins alike', async () => {
  const { campaigns } = await world(store)
  const definition = { name: '一', purpose: 'care', audience: 'everybody', channels: ['mass'], text: '一' }
  await campaigns.create({ id: 'sale', definition, by: 'ming' })
  await campaigns.create({ id: 'sale-2', definition, by: 'lan' })
  expect((await campaigns.log('sale')).map(({ by }) => by)).toEqual(['ming'])
})
