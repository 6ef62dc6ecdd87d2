// Runs the server for its owner: in a worker thread, or in this thread when there is no compiled worker.
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Log } from './commands/context.js'
import type { Address } from './lock.js'
import type { FromWorker, ToWorker } from './worker.js'

/** A server run for its owner. */
export interface Hosted {
  address: Address
  sweep(): Promise<number>
  close(): Promise<void>
}

/** What a host needs. */
export interface HostOptions {
  file: string
  listen: Address
  log: Log
  inProcess: boolean
  /** Called when the server is gone without having been closed. */
  onLost: (error: Error) => void
}

/** Starts the server. Rejects when the address cannot be had or the file cannot be opened. */
export function host(options: HostOptions): Promise<Hosted> {
  const worker = options.inProcess ? undefined : workerFile()
  return worker === undefined ? hostHere(options) : hostInWorker(options, worker)
}

/** Room for what a command makes and forgets; Node's standard is 48, which a worker under load fills for nothing. */
const YOUNG_MB = 24

/** The worker with all its modules in one file, made by `npm run build`; it starts in half the time. */
const BUNDLE = 'worker.bundle.js'

// beside this file when compiled; from TypeScript sources (tests) the compiled one is taken if it has been built
function workerFile(): URL | undefined {
  const folder = import.meta.url.endsWith('.ts') ? '../dist/embedded-mongo/' : './'
  const [bundle, plain] = [BUNDLE, 'worker.js'].map((name) => new URL(folder + name, import.meta.url))
  const compiledAt = writtenAt(plain)
  if (compiledAt === undefined) return undefined
  // a bundle that is older than what was compiled since is not what the sources say
  return (writtenAt(bundle) ?? 0) >= compiledAt ? bundle : plain
}

function writtenAt(file: URL | undefined): number | undefined {
  return file && statSync(fileURLToPath(file), { throwIfNoEntry: false })?.mtimeMs
}

function bound(listen: Address, port: number | undefined): Address {
  return 'path' in listen ? listen : { host: listen.host, port: port ?? listen.port }
}

async function hostHere({ file, listen, log }: HostOptions): Promise<Hosted> {
  // a process whose server runs in a worker, or in another process, does without the whole engine
  const { startServer } = await import('./server.js')
  const server = await startServer({ file, listen, log })
  return { address: bound(listen, server.port), sweep: () => server.sweep(), close: () => server.close() }
}

function hostInWorker({ file, listen, log, onLost }: HostOptions, url: URL): Promise<Hosted> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB }
  const worker = new Worker(url, { workerData: { file, listen }, execArgv: [], resourceLimits })
  const tell = (message: ToWorker) => worker.postMessage(message)
  let closing = false
  const next = <T extends FromWorker['type']>(type: T) =>
    new Promise<Extract<FromWorker, { type: T }>>((resolve) => {
      const hear = (message: FromWorker) => {
        if (!isOf(message, type)) return
        worker.off('message', hear)
        resolve(message)
      }
      worker.on('message', hear)
    })
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'log') log(message.level, message.text)
  })
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    let listening = false
    worker.on('error', (error: Error) => {
      if (listening && !closing) onLost(error)
      else reject(error)
    })
    void next('refused').then(({ code, message }) => {
      void worker.terminate()
      reject(Object.assign(new Error(message), code === undefined ? {} : { code }))
    })
    void next('listening').then(({ port }) => {
      listening = true
      worker.unref()
      resolve({
        address: bound(listen, port),
        async sweep() {
          const answer = next('swept')
          tell({ type: 'sweep' })
          return (await answer).removed
        },
        async close() {
          closing = true
          worker.ref()
          tell({ type: 'close' })
          await gone
        },
      })
    })
  })
}

function isOf<T extends FromWorker['type']>(message: FromWorker, type: T): message is Extract<FromWorker, { type: T }> {
  return message.type === type
}
