import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/** The product as a person starts it: `weloop start` from dist/, in a process of its own. */
export interface Product {
  url: string
  simulator: string
  /** Log lines so far, parsed. */
  lines: Record<string, unknown>[]
  /** The next (or an earlier) line whose message has these words. */
  said(words: string): Promise<Record<string, unknown>>
  /** Sends a signal; resolves to the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `dist/src/cli.js` (build first) with its data in `dir`; resolves when it is ready. */
export async function startProduct(dir: string, options: { env?: Record<string, string>; args?: string[] } = {}) {
  const [port, simulatorPort] = [await freePort(), await freePort()]
  const child = spawn(process.execPath, ['dist/src/cli.js', ...(options.args ?? ['start'])], {
    env: {
      PATH: process.env['PATH'],
      WELOOP_DATA_DIR: dir,
      PORT: String(port),
      SIMULATOR_PORT: String(simulatorPort),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const product = watch(child, `http://127.0.0.1:${port}`, `http://127.0.0.1:${simulatorPort}`)
  await product.said('ready')
  return product
}

function watch(child: ChildProcess, url: string, simulator: string): Product {
  const lines: Record<string, unknown>[] = []
  const waiting: { words: string; resolve: (line: Record<string, unknown>) => void; reject: (e: Error) => void }[] = []
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = once(child, 'exit')
  void ended.then(() => {
    for (const { words, reject } of waiting) reject(new Error(`ended before it said '${words}': ${errors}`))
  })
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (!text.startsWith('{')) return
      const line = JSON.parse(text) as Record<string, unknown>
      lines.push(line)
      for (const wait of [...waiting]) {
        if (!String(line['msg']).includes(wait.words)) continue
        waiting.splice(waiting.indexOf(wait), 1)
        wait.resolve(line)
      }
    })
  }
  return {
    url,
    simulator,
    lines,
    said(words) {
      const before = lines.find((line) => String(line['msg']).includes(words))
      if (before) return Promise.resolve(before)
      return new Promise((resolve, reject) => waiting.push({ words, resolve, reject }))
    },
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null) child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
