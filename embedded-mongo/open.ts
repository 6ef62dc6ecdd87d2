// Opens a store in a directory: as its owner, or as a guest of the process that owns it already.
import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Log } from './commands/context.js'
import { type Hosted, host } from './host.js'
import { Lane } from './lane.js'
import {
  type Address,
  announce,
  answers,
  bury,
  claim,
  errorCode,
  mayLive,
  readOwner,
  release,
  removeQuietly,
  SIGN_MS,
  sign,
} from './lock.js'

/** How a store is opened. */
export interface OpenOptions {
  /** Directory of the data; made (mode 0700) when missing. Must be on a local disk: LMDB does not work over NFS. */
  dir: string
  /** Runs the server in this thread instead of a worker (tests). */
  inProcess?: boolean
  log?: Log
}

/** What is known of an open store. */
export interface StoreInfo {
  dir: string
  uri: string
  owner: boolean
  /** Size of the data file in bytes. */
  fileBytes: number
}

/** An open store. */
export interface OpenedStore {
  /** Address for a MongoDB driver; append `/database`. It stays the same when a guest takes over on a Unix socket. */
  readonly uri: string
  /** Whether this process runs the server. */
  readonly owner: boolean
  info(): StoreInfo
  /** Runs a command whose documents are BSON already, past the driver: see `Lane.run`. */
  run: Lane['run']
  /** Removes expired documents now (owner only; a guest answers 0). */
  sweep(): Promise<number>
  /** Stops the server (owner) or leaves it (guest). */
  close(): Promise<void>
}

/** Name of the data file in its directory. */
export const DATA_FILE = 'data.mdb'

/** A Unix socket address has room for 107 bytes (108 with its terminator, the least of the systems supported). */
const MAX_SOCKET_PATH = 107
const CLAIM_TIMEOUT_MS = 45_000

/**
 * Opens the store of a directory. The first process becomes the owner and listens on a Unix socket of mode 0600 (where
 * sockets cannot be had: on 127.0.0.1 and a random port, open to every user of the machine). Later ones join it; when
 * the owner dies, one of them takes over on the same address and drivers reconnect by themselves.
 * Rejects when the directory belongs to a live process that does not answer.
 */
export async function openStore(options: OpenOptions): Promise<OpenedStore> {
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const seat = new Seat(dir, options.log ?? (() => {}), options.inProcess === true)
  await seat.take()
  const lane = new Lane(() => seat.address)
  return {
    get uri() {
      return seat.uri
    },
    get owner() {
      return seat.hosted !== undefined
    },
    info: () => ({
      dir,
      uri: seat.uri,
      owner: seat.hosted !== undefined,
      fileBytes: statSync(join(dir, DATA_FILE), { throwIfNoEntry: false })?.size ?? 0,
    }),
    run: (body, field, documents) => lane.run(body, field, documents),
    sweep: async () => (await seat.hosted?.sweep()) ?? 0,
    close() {
      lane.close()
      return seat.leave()
    },
  }
}

// this process's place at a directory: owner or guest, for as long as the store is open
class Seat {
  hosted: Hosted | undefined
  address: Address = { path: '' }
  private readonly dir: string
  private readonly log: Log
  private readonly inProcess: boolean
  private left = false
  private watch: ReturnType<typeof connect> | undefined
  private timer: NodeJS.Timeout | undefined

  get uri(): string {
    return uriOf(this.address)
  }

  constructor(dir: string, log: Log, inProcess: boolean) {
    this.dir = dir
    this.log = log
    this.inProcess = inProcess
  }

  async take(): Promise<void> {
    const deadline = Date.now() + CLAIM_TIMEOUT_MS
    while (!this.left) {
      if (claim(this.dir)) return this.own()
      const found = readOwner(this.dir)
      if (found === undefined) {
        await delay(10)
        continue
      }
      const { address } = found.owner
      if (address !== undefined && (await answers(address))) return this.join(address)
      if (!mayLive(this.dir, found.owner)) bury(this.dir, found.text)
      else if (Date.now() > deadline) {
        throw new Error(`${this.dir} is in use by process ${found.owner.pid}, which does not answer`)
      } else await delay(50)
    }
  }

  private async own(): Promise<void> {
    try {
      this.hosted = await this.start()
    } catch (error) {
      release(this.dir)
      throw error
    }
    announce(this.dir, this.hosted.address)
    this.address = this.hosted.address
    this.timer = setInterval(() => sign(this.dir), SIGN_MS)
    this.timer.unref()
  }

  private async start(): Promise<Hosted> {
    const common = { file: join(this.dir, DATA_FILE), log: this.log, inProcess: this.inProcess }
    const onLost = (error: Error) => void this.restart(error)
    if (process.platform !== 'win32') {
      const path = socketPath(this.dir)
      removeQuietly(path)
      try {
        return await host({ ...common, listen: { path }, onLost })
      } catch (error) {
        const code = errorCode(error) ?? ''
        if (!['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'].includes(code)) throw error
        this.log(
          'warn',
          `no Unix socket in ${this.dir} (${code}): listening on 127.0.0.1, open to all users of this machine`,
        )
      }
    }
    return host({ ...common, listen: { host: '127.0.0.1', port: this.lastPort() }, onLost })
  }

  // a restart or a takeover keeps the port, so that drivers find the store again
  private lastPort(): number {
    return 'port' in this.address ? this.address.port : 0
  }

  private async restart(error: Error): Promise<void> {
    this.log('error', `the store's worker died and is started again: ${error.message}`)
    this.hosted = undefined
    await delay(100)
    if (this.left) return
    try {
      this.hosted = await this.start()
    } catch (again) {
      this.log('error', `the store's worker could not be started again: ${String(again)}`)
    }
  }

  private join(address: Address): void {
    this.address = address
    const watch = connect(address)
    this.watch = watch
    watch.unref()
    watch.on('error', () => watch.destroy())
    watch.on('close', () => {
      if (this.left) return
      this.log('warn', `the owner of ${this.dir} is gone: taking over`)
      this.take().catch((error: unknown) => this.log('error', `could not take over ${this.dir}: ${String(error)}`))
    })
  }

  async leave(): Promise<void> {
    if (this.left) return
    this.left = true
    clearInterval(this.timer)
    this.watch?.destroy()
    if (this.hosted === undefined) return
    const { address } = this.hosted
    await this.hosted.close()
    this.hosted = undefined
    if ('path' in address) removeQuietly(address.path)
    release(this.dir)
  }
}

function uriOf(address: Address): string {
  return 'path' in address
    ? `mongodb://${encodeURIComponent(address.path)}`
    : `mongodb://${address.host}:${address.port}`
}

// a directory whose name is too long for a socket gets one in a private folder under the system's temporary one
function socketPath(dir: string): string {
  const path = join(dir, 'mongo.sock')
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  const own = process.getuid?.() ?? 0
  const folder = join(tmpdir(), `embedded-mongo-${own}-${hash}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = statSync(folder)
  if (uid !== own || (mode & 0o077) !== 0) {
    throw new Error(`${folder} must belong to this user alone: remove it, or choose a shorter directory`)
  }
  return join(folder, 'mongo.sock')
}

function delay(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms)
  })
}
