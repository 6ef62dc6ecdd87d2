import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type App, createApp } from '../src/app.js'
import { openTools, type Tools } from '../src/commands/tools.js'
import { loadConfig } from '../src/config/load.js'
import { identityKey } from '../src/contacts/identity.js'
import { systemClock } from '../src/core/clock.js'
import { silentLogger } from '../src/core/log.js'
import { createEvents } from '../src/events/events.js'
import { personalDataOf } from '../src/personal-data.js'
import { database } from '../src/store/connect.js'
import { recorder } from './inbox/setup.js'

/** Which part forgets what a collection holds about people; `-` and why where nothing of theirs is in it. */
const HELD_BY: Record<string, string> = {
  contacts: '- the contact itself, which erasing empties last',
  events: '- facts, which erasing scrubs by contact',
  credits: '- a part of the contacts themselves',
  sessions: 'sessions',
  inbox: 'messages',
  outbox: 'deliveries',
  orders: 'shop',
  quarantine: 'shop',
  bulk_audience: 'pushes',
  bulk_chunks: 'pushes',
  bulk_people: 'pushes',
  campaignRecalls: 'recalls',
  touches: 'touches',
  corpRelations: 'customers',
  corpHandOverItems: 'customers',
  corp_ways: 'contactWays',
  corp_way_tasks: 'contactWays',
  corp_welcomes: 'welcomes',
  groupRosters: 'groups',
  groupStays: 'groups',
  groupSendTargets: 'groupSends',
  steer_offers: 'invitations',
  alerts: 'alerts',
  alertSends: 'alerts',
  kf_codes: 'desk-codes',
  kf_sessions: 'desk-codes',
  deskConversations: 'desk',
  deskEntries: 'desk',
  deskTickets: 'desk',
  deskRelayLines: 'deskRelay',
  deskRelayBoxes: 'deskRelay',
  storeNotes: '- which indexes were made',
  accessAttempts: '- people of the console, who are no contacts',
  accessLinks: '- people of the console',
  auditLog: '- people of the console, and our own ids',
  consoleSessions: '- people of the console',
  people: '- people of the console',
  secrets: '- keys of shops',
  apiAnswers: '- answers of the API, for a day',
  apiNonces: '- signatures',
  alertGroups: '- counts',
  alertRates: '- counts',
  articles: '- content',
  bulk_batches: '- counts',
  bulk_sources: '- counts',
  campaignRuns: '- counts',
  campaigns: '- definitions',
  contentItems: '- content',
  contentPictures: '- uploaded files of content',
  contentVersions: '- content',
  corpGroups: '- groups as a whole',
  corpHandOvers: '- members of staff',
  corpTags: '- tags',
  corp_way_days: '- counts',
  deskRelayActs: '- what members of staff wrote, for 7 days',
  deskRelayCards: '- ids of conversations',
  groupOwnerDays: '- counts',
  groupSendRuns: '- counts',
  groupSendTasks: '- tasks of members of staff',
  groupSends: '- definitions',
  join_ways: '- definitions',
  media: '- uploaded files of content',
  menu_drafts: '- definitions',
  menu_publications: '- definitions',
  menu_versions: '- definitions',
  permissions: '- what accounts may call',
  platformCalls: '- counts',
  processes: '- processes of the product',
  quotas: '- counts',
  receipts: '- ids of messages of the platform',
  scenes: '- codes and counts',
  sidebarLogins: '- members of staff',
  sidebarSessions: '- members of staff',
  'statistics-imports': '- counts',
  steer_secrets: '- keys',
}

const dir = mkdtempSync(path.join(tmpdir(), 'weloop-personal-'))
const root = process.cwd()
const env = { WELOOP_DATA_DIR: path.join(dir, 'data') }
let app: App
let tools: Tools
beforeAll(async () => {
  app = await createApp(loadConfig({ root, env }), { root, handlers: [], log: recorder() })
  tools = await openTools({ root, env })
}, 120_000)
afterAll(async () => {
  await tools.close()
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('every collection of the product has somebody who forgets, or a reason why nobody need', async () => {
  const names = (await database(app.store.connection).listCollections({}, { nameOnly: true }).toArray()).map(
    ({ name }) => name,
  )
  expect(names.filter((name) => HELD_BY[name] === undefined)).toEqual([])
  const parts = new Set(personalDataOf(portsOf(app)).map(({ name }) => name))
  const wanted = new Set(Object.values(HELD_BY).filter((name) => !name.startsWith('- ')))
  expect([...wanted].filter((name) => !parts.has(name))).toEqual([])
  expect([...parts].filter((name) => !wanted.has(name))).toEqual([])
})

test('what a command erases is gone from groups of parts that only the product used to have', async () => {
  const at = new Date()
  const person = { platform: 'wecom', account: 'kf', externalId: 'wmForgotten' } as const
  const contact = await tools.contacts.resolve(person, at)
  const key = identityKey(person)
  const rows: Record<string, object> = {
    deskConversations: { _id: 'abcdefghijklmnop', key, person, contact, state: 'closed', reason: MARK },
    deskEntries: { _id: 'in:kf:1', conversation: 'abcdefghijklmnop', key, content: { kind: 'text', text: MARK } },
    deskTickets: { _id: 't:1', key, contact, question: MARK },
    deskRelayLines: { _id: 'l1', staff: 'lihua', order: 1, person: key, item: { kind: 'text', text: MARK } },
    deskRelayBoxes: { _id: 'lihua', next: 2, marks: { abcdefghijklmnop: `#1 ${MARK}`, other: '#2' } },
    kf_sessions: { _id: 'kf:wmForgotten', account: 'kf', customer: 'wmForgotten', state: 'staff' },
    kf_codes: { _id: 'c1', account: 'kf', customer: 'wmForgotten', code: MARK, kind: 'welcome', at, status: 'sent' },
    steer_offers: { _id: 'o1', contact, name: MARK, at },
    alerts: { _id: 'a1', contact, rule: 'r', type: 't', state: 'sent', at, data: { name: MARK } },
    alertSends: { _id: 's1', alert: 'a1', state: 'sent', content: { kind: 'text', text: MARK } },
  }
  const db = database(app.store.connection)
  for (const [name, row] of Object.entries(rows)) await db.collection(name).insertOne(row as never)
  expect(await tools.contacts.privacy.erase(contact, at)).toBe(true)
  for (const name of Object.keys(rows)) {
    const left = JSON.stringify(await db.collection(name).find({}).toArray())
    expect([name, left.includes(MARK), left.includes('wmForgotten')]).toEqual([name, false, false])
  }
  expect(await db.collection('deskRelayBoxes').findOne({})).toMatchObject({ marks: { other: '#2' } })
})

const MARK = '不该留下的话'

function portsOf({ store }: App): Parameters<typeof personalDataOf>[0] {
  const { connection, clock: leaseClock } = store
  const events = createEvents({ connection })
  return { connection, config: tools.config, clock: systemClock, leaseClock, events, log: silentLogger }
}
