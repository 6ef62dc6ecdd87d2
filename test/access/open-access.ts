import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Access, createAccess, type SecondFactorRule } from '../../src/access/access.js'
import type { PersonRow } from '../../src/access/model.js'
import type { By } from '../../src/access/ports.js'
import type { Role } from '../../src/access/roles.js'
import { totpCode, totpStep } from '../../src/access/totp.js'
import { silentLogger } from '../../src/core/log.js'
import { openVault } from '../../src/shop/access/vault.js'
import { connectStore, type Store } from '../../src/store/connect.js'
import { type LogLine, recordingLogger } from '../helpers/web.js'

/** When the tests begin; `pass` moves on from here. */
export const START = new Date('2026-03-04T04:00:00Z')

/** A password that the rules take. */
export const PASSWORD = 'Lotus pond 37 lanterns'

/** Who sits at the terminal of these tests. */
export const TERMINAL: By = { kind: 'command', id: 'tester' }

/** Access on a store of its own, with cheap hashes. */
export interface OpenAccess extends Access {
  store: Store
  lines: LogLine[]
  now(): Date
  clock: { now(): Date }
  pass(ms: number): void
  auditKey: Buffer
  /** Somebody with a password, signed in nowhere. */
  person(login: string, roles: readonly Role[]): Promise<PersonRow>
  /** The person with a second factor; gives codes of the clock's time. */
  withTotp(id: string): Promise<{ code(): string; recovery: string[] }>
  /** Another process on the same store. */
  another(): Access
  close(): Promise<void>
}

/** Opens a store in this thread (or the server of MONGODB_URI, in a database of its own). */
export async function openAccess(secondFactor: SecondFactorRule = 'optional'): Promise<OpenAccess> {
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-access-'))
  const database = `weloop-access-${process.pid}-${Math.trunc(performance.now())}`
  const uri = process.env['MONGODB_URI'] ?? ''
  const store = await connectStore({ uri, dir, database }, silentLogger, { inProcess: true, attempts: 1 })
  let time = START.getTime()
  const clock = { now: () => new Date(time) }
  const seal = await openVault({ material: randomBytes(32).toString('base64'), dir })
  const keys = { cookies: randomBytes(32), audit: randomBytes(32) }
  const log = recordingLogger()
  const cost = { logN: 4, r: 1, p: 1 }
  const open = () => createAccess({ connection: store.connection, clock, log, seal, keys, cost, secondFactor })
  const access = open()
  await store.ensureIndexes()

  return {
    ...access,
    store,
    lines: log.lines,
    clock,
    now: clock.now,
    auditKey: keys.audit,
    pass(ms) {
      time += ms
    },
    async person(login, roles) {
      const { person, link } = await access.people.invite({ login, name: `名${login}`, roles }, TERMINAL)
      const visitor = { address: addressOf(login), agent: 'setup' }
      await access.signIn.byLink({ token: link.token, password: PASSWORD }, visitor)
      await access.sessions.endAll(person._id)
      return (await access.people.find(person._id)) ?? person
    },
    async withTotp(id) {
      const person = await access.people.find(id)
      if (!person) throw new Error('nobody')
      const { secret } = await access.factor.begin(person)
      const bytes = fromBase32(secret)
      const code = () => totpCode(bytes, totpStep(clock.now()))
      const asked = (await access.people.find(id)) ?? person
      const { recovery } = await access.factor.confirm(asked, code(), TERMINAL)
      time += 60_000
      return { code, recovery }
    },
    another: open,
    async close() {
      if (uri !== '') await store.connection.dropDatabase()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** An address of one's own for each name, so that tests do not slow each other down. */
export function addressOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest()
  return `10.${bytes[0]}.${bytes[1]}.${bytes[2]}`
}

/** The bytes of base 32, as an authenticator app reads them. */
export function fromBase32(text: string): Buffer {
  const bits = [...text].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
