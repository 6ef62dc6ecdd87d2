import { randomBytes } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import { type KeyRow, keyRows } from './model.js'
import type { Vault } from './vault.js'

/** What a key is made of. */
export interface NewKey {
  /** For people: `小程序商城`. */
  name: string
  /** Lower-case letters, digits and `-`, at most 26; keys of one shop speak of the same orders and users. */
  shop: string
  scopes: readonly string[]
  account?: string
  perMinute?: number
  addresses?: readonly string[]
  expiresAt?: Date
}

/** A key as people see it: without secrets. */
export interface ShownKey extends Omit<KeyRow, 'secrets'> {
  /** How many secrets are taken now, and until when the elder of two is. */
  activeSecrets: number
  rotatingUntil?: Date
}

/** A key as requests are checked against it. */
export interface ActiveKey {
  id: string
  shop: string
  account?: string
  scopes: string[]
  secrets: string[]
  perMinute: number
  allows(address: string): boolean
}

/** A secret, which is shown this once. */
export interface KeySecret {
  id: string
  secret: string
}

/** The keys with which shops call the API. */
export interface Keys {
  /** Throws AppError `key.invalid`. */
  create(key: NewKey): Promise<KeySecret>
  list(): Promise<ShownKey[]>
  /**
   * A second secret beside the present one, which ends after `overlapMs`. Throws AppError `key.unknown`, and
   * `key.rotating` while two are active already, unless `overlapMs` is 0: then every earlier one ends at once.
   */
  rotate(id: string, overlapMs: number): Promise<KeySecret>
  /** From now on (at the latest 5 s later in other processes) nothing is taken from it. False when there is no such key. */
  revoke(id: string): Promise<boolean>
  /** An active key, remembered for 5 s. Throws AppError `unavailable.vault` when its secrets cannot be opened. */
  find(id: string): Promise<ActiveKey | undefined>
  /** Notes that a request was signed with the key; written in the background, at most once a minute and process. */
  used(id: string): void
  /** Makes sure that the sample shop's key is there. Throws AppError `key.demo` in production. */
  ensureDemo(demo: KeySecret & NewKey): Promise<void>
}

export interface KeysPorts {
  connection: Connection
  vault: Vault
  clock: Clock
  /** What scopes there are. */
  scopes: readonly string[]
  /** Refuses the sample shop's key, also one that lies in the store from earlier. */
  production: boolean
}

const REMEMBER_MS = 5000
const PER_MINUTE = 600
const NOTE_MS = 60_000

/** The keys on a connection. */
export function createKeys(ports: KeysPorts): Keys {
  const { connection, vault, clock, production } = ports
  const rows = () => keyRows(connection)
  const remembered = new Map<string, { key: ActiveKey | undefined; until: number }>()
  const noted = new Map<string, number>()
  const context = (id: string) => `api-key:${id}`

  function secretRow(id: string, secret: string) {
    return { sealed: vault.seal(secret, context(id)), createdAt: clock.now() }
  }

  async function read(id: string): Promise<ActiveKey | undefined> {
    const row = await rows().findOne({ _id: id })
    const now = clock.now()
    if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= now)) return undefined
    if (row.demo && production) return undefined
    const secrets = row.secrets.filter(({ endsAt }) => !endsAt || endsAt > now)
    const opened = secrets.map(({ sealed }) => vault.open(sealed, context(id)))
    if (secrets.some(({ sealed }) => vault.isOld(sealed))) await reseal(row)
    return {
      id,
      shop: row.shop,
      ...(row.account !== undefined && { account: row.account }),
      scopes: row.scopes,
      secrets: opened,
      perMinute: row.perMinute,
      allows: allowing(row.addresses),
    }
  }

  /** Under the current master key, so that the former one can be thrown away some day. */
  async function reseal({ _id, secrets }: KeyRow): Promise<void> {
    const anew = secrets.map((one) => ({
      ...one,
      sealed: vault.seal(vault.open(one.sealed, context(_id)), context(_id)),
    }))
    await rows().updateOne({ _id, secrets }, { $set: { secrets: anew } })
  }

  async function insert(id: string, secret: string, key: NewKey, demo: boolean): Promise<void> {
    const { name, shop, account, scopes, perMinute = PER_MINUTE, addresses = [], expiresAt } = key
    const row: KeyRow = {
      _id: id,
      name,
      shop,
      ...(account !== undefined && { account }),
      scopes: [...scopes],
      perMinute,
      addresses: [...addresses],
      secrets: [secretRow(id, secret)],
      createdAt: clock.now(),
      ...(expiresAt && { expiresAt }),
      ...(demo && { demo: true }),
    }
    if (demo) await rows().replaceOne({ _id: id }, row, { upsert: true })
    else await rows().insertOne(row)
    remembered.delete(id)
  }

  return {
    async create(key) {
      check(key, ports.scopes)
      const id = `wlk_${randomBytes(9).toString('base64url')}`
      const secret = freshSecret()
      await insert(id, secret, key, false)
      return { id, secret }
    },

    async list() {
      const now = clock.now()
      const all = await rows().find({}).sort({ createdAt: 1 }).toArray()
      return all.map(({ secrets, ...row }) => {
        const active = secrets.filter(({ endsAt }) => !endsAt || endsAt > now)
        const ending = active.flatMap(({ endsAt }) => endsAt ?? [])[0]
        return { ...row, activeSecrets: active.length, ...(ending && { rotatingUntil: ending }) }
      })
    },

    async rotate(id, overlapMs) {
      const row = await rows().findOne({ _id: id, revokedAt: { $exists: false } })
      if (!row) throw unknown(id)
      const now = clock.now()
      const active = row.secrets.filter(({ endsAt }) => !endsAt || endsAt > now)
      if (active.length > 1 && overlapMs > 0) {
        const until = active.flatMap(({ endsAt }) => endsAt ?? [])[0]
        throw new AppError('key.rotating', `two secrets of ${id} are active until ${until?.toISOString() ?? '?'}`, {
          fix: 'wait for it, or end the earlier ones at once with --overlap 0',
        })
      }
      const endsAt = new Date(now.getTime() + overlapMs)
      const kept = overlapMs === 0 ? [] : active.map((one) => ({ ...one, endsAt }))
      const secret = freshSecret()
      const { matchedCount } = await rows().updateOne(
        { _id: id, secrets: row.secrets },
        { $set: { secrets: [...kept, secretRow(id, secret)] } },
      )
      if (matchedCount === 0) throw new AppError('key.busy', `somebody else changed ${id} just now`)
      remembered.delete(id)
      return { id, secret }
    },

    async revoke(id) {
      const { matchedCount } = await rows().updateOne(
        { _id: id },
        { $min: { revokedAt: clock.now() }, $set: { secrets: [] } },
      )
      remembered.delete(id)
      return matchedCount === 1
    },

    async find(id) {
      const now = performance.now()
      const known = remembered.get(id)
      if (known && known.until > now) return known.key
      const key = await read(id)
      if (remembered.size > 1000) remembered.clear()
      if (key) remembered.set(id, { key, until: now + REMEMBER_MS })
      else remembered.delete(id)
      return key
    },

    used(id) {
      const now = performance.now()
      if (now - (noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTE_MS) return
      if (noted.size > 1000) noted.clear()
      noted.set(id, now)
      const written = rows().updateOne({ _id: id }, { $max: { lastUsedAt: clock.now() } })
      written.catch(() => noted.delete(id))
    },

    async ensureDemo({ id, secret, ...key }) {
      if (production) {
        throw new AppError('key.demo', 'everybody knows the sample shop’s key', {
          fix: 'make a key of your own with `weloop key create`',
        })
      }
      check(key, ports.scopes)
      await insert(id, secret, key, true)
    },
  }
}

/** A key or an address list that cannot be. */
function check(key: NewKey, scopes: readonly string[]): void {
  const refuse = (message: string, fix: string) => {
    throw new AppError('key.invalid', message, { fix })
  }
  if (!/^[a-z][a-z0-9-]{0,25}$/.test(key.shop)) {
    refuse(`'${key.shop}' is no name of a shop`, 'use lower-case letters, digits and -, at most 26')
  }
  if (key.name.trim() === '' || key.name.length > 80) refuse('the name is empty or too long', 'use 1 to 80 characters')
  const odd = key.scopes.find((scope) => !scopes.includes(scope))
  if (odd !== undefined) refuse(`there is no scope '${odd}'`, `choose from ${scopes.join(', ')}`)
  if (key.scopes.length === 0) refuse('a key without a scope may do nothing', `choose from ${scopes.join(', ')}`)
  const { perMinute = PER_MINUTE } = key
  if (!Number.isInteger(perMinute) || perMinute < 1 || perMinute > 60_000) {
    refuse('the rate is not between 1 and 60000 a minute', 'use a whole number')
  }
  try {
    allowing(key.addresses ?? [])
  } catch {
    refuse('an address is not an IP address or network', 'write 203.0.113.7 or 203.0.113.0/24')
  }
}

function allowing(addresses: readonly string[]): (address: string) => boolean {
  if (addresses.length === 0) return () => true
  const list = new BlockList()
  for (const entry of addresses) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    const bare = address.startsWith('::ffff:') ? address.slice(7) : address
    const kind = isIP(bare)
    return kind !== 0 && list.check(bare, kind === 6 ? 'ipv6' : 'ipv4')
  }
}

const freshSecret = () => `wls_${randomBytes(32).toString('base64url')}`

const unknown = (id: string) =>
  new AppError('key.unknown', `there is no active key '${id}'`, { fix: 'see `weloop key list`' })
