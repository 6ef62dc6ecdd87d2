import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { demoCorp } from '../../simulator/options.js'
import { wecomAppSchema } from '../../src/config/accounts.js'
import { systemClock } from '../../src/core/clock.js'
import { type Message, type ResolvedMessage, text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import { createNewcomers, type Newcomers } from '../../src/customers/newcomers.js'
import { welcomeRows } from '../../src/customers/welcome/model.js'
import { createEvents } from '../../src/events/events.js'
import { createDownloads, type Downloads } from '../../src/platforms/shared/download.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryMediaStore } from '../../src/platforms/shared/media-store.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../src/platforms/wecom/client.js'
import { createContactWaySource } from '../../src/platforms/wecom/contact-way-source.js'
import { createCustomerMessages } from '../../src/platforms/wecom/customer-message.js'
import { createCustomerWelcome } from '../../src/platforms/wecom/customer-welcome.js'
import { createReceiver } from '../../src/platforms/wecom/receive.js'
import { recorder } from '../inbox/setup.js'
import { type CorpWorld, startCorpWorld } from '../simulator/wecom-setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

const { corpid, agentId, secret, token, aesKey } = demoCorp
const CORP = wecomAppSchema.parse({ platform: 'wecom', kind: 'app', corpid, agentId, secret, token, aesKey })

/** The ways and welcomes on the simulated WeCom, through the real client and decoder. */
let world: CorpWorld
let store: TestStore
let http: HttpClient
let downloads: Downloads
let client: WecomClient
let newcomers: Newcomers
let handlers: (update: Update) => Message | undefined
let log: ReturnType<typeof recorder>

beforeEach(async () => {
  world = await startCorpWorld()
  store = await openTestStore()
  http = createHttpClient()
  downloads = createDownloads()
  log = recorder()
  handlers = () => undefined
  const { connection } = store
  const clock = systemClock
  client = createWecomClient({
    corpid,
    agentId,
    secret,
    apiBase: world.simulator.url,
    http,
    tokenStore: createMemoryTokenStore(clock),
    clock,
    log,
  })
  const messages = createCustomerMessages({
    account: 'corp',
    client,
    mediaStore: createMemoryMediaStore(clock),
    mediaDir: `${import.meta.dirname}/../../content/media`,
    downloads,
    clock,
    log,
  })
  const contact = async ({ externalId }: { externalId: string }) => `contact-${externalId}`
  newcomers = createNewcomers({
    connection,
    clock,
    log,
    events: createEvents({ connection, clock }),
    accounts: ['corp'],
    contentDir: store.dir,
    timeZone: 'Asia/Shanghai',
    source: () => createContactWaySource(client),
    sender: () => createCustomerWelcome({ client, messages }),
    people: {
      nameOf: async ({ customer }) => (await client.contacts.get(customer))?.customer.name,
      tag: async () => undefined,
      remark: ({ staff, customer }, remark) => client.contacts.remark(staff, customer, { remark }),
    },
    contact,
    known: contact,
    resolve: async (message) => [message as ResolvedMessage],
    handlerMs: 500,
  })
  await store.ensureIndexes()
})
afterEach(async () => {
  await newcomers.close()
  await client.close()
  await http.close()
  await downloads.close()
  await world.close()
  await store.dispose()
})

const door = createReceiver({ ...CORP, id: 'corp' })

/** Takes in what was pushed since, as the product does after the durable insert. */
async function takeIn(): Promise<void> {
  await world.simulator.control.settled()
  for (const { xml } of world.pushes.splice(0)) {
    const update = door.decode(xml)
    await newcomers.apply(update)
    await newcomers.answered(update, () => handlers(update))
  }
}

async function welcomed() {
  for (;;) {
    const rows = await welcomeRows(store.connection).find({}).toArray()
    if (rows.length > 0 && rows.every((row) => row.endedAt && !row.untold)) return rows
    await new Promise(setImmediate)
  }
}

/** Somebody scans a code; gives her id as a customer. */
function scan(name: string, code: string): string {
  const scanned = world.corp.personAct(world.simulator.control.addFollower({ name }).id, 'scan', { code })
  if (scanned.kind !== 'contact') throw new Error('no contact way was scanned')
  return scanned.customer
}

const put = async (input: object) => {
  await newcomers.ways.book.put('corp', 'parcel', { name: '包裹卡', staff: ['lihua'], ...input }, 'test')
  const row = await newcomers.ways.sync('corp', 'parcel')
  expect(row?.problem).toBeUndefined()
  return row?.made?.id ?? ''
}

test('a customer who scans the parcel card is welcomed by the member, with her name, a picture and a card', async () => {
  const code = await put({
    remark: '{name}-包裹',
    called: { lihua: '小李' },
    welcome: [{ text: '{name}，我是{staff}' }, { image: 'size-chart.jpg' }],
  })
  const customer = scan('小雨', code)
  await takeIn()
  expect(await welcomed()).toMatchObject([{ status: 'sent', source: 'way', state: 'parcel' }])
  await newcomers.close()
  const entries = await world.corp.chat('lihua', customer)
  expect(entries.filter(({ via }) => via === 'welcome').map(({ content }) => content)).toMatchObject([
    { kind: 'text', text: '小雨，我是小李' },
    { kind: 'image' },
  ])
  expect(world.corp.customer(customer).relations).toMatchObject([{ staff: 'lihua', remark: '小雨-包裹' }])
  expect((await newcomers.ways.book.find('corp', 'parcel'))?.counts).toEqual({ added: 1, lost: 0 })
})

test('what a handler replies is the welcome, and comes once although the push comes three times', async () => {
  const code = await put({ welcome: ['不会用到'] })
  handlers = () => text('您好，专属客服在')
  const customer = scan('阿宁', code)
  await world.simulator.control.settled()
  world.pushes.push(...world.pushes, ...world.pushes)
  await takeIn()
  await welcomed()
  const entries = await world.corp.chat('lihua', customer)
  expect(entries.map(({ content }) => content)).toEqual([{ kind: 'text', text: '您好，专属客服在' }])
})
