// The worker thread: runs the server, so that the application's event loop never waits for the store.
import { parentPort, workerData } from 'node:worker_threads'
import { errorCode } from './lock.js'
import { type ServerOptions, startServer } from './server.js'

/** What the worker is told. */
export type ToWorker = { type: 'close' } | { type: 'sweep' }

/** What the worker tells. */
export type FromWorker =
  | { type: 'listening'; port: number | undefined }
  | { type: 'refused'; code: string | undefined; message: string }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; text: string }
  | { type: 'swept'; removed: number }
  | { type: 'closed' }

const port = parentPort
if (port !== null) {
  const tell = (message: FromWorker) => port.postMessage(message)
  const options: Pick<ServerOptions, 'file' | 'listen'> = workerData
  try {
    const server = await startServer({ ...options, log: (level, text) => tell({ type: 'log', level, text }) })
    port.on('message', async (message: ToWorker) => {
      switch (message.type) {
        case 'close':
          await server.close()
          tell({ type: 'closed' })
          port.close()
          break
        case 'sweep':
          tell({ type: 'swept', removed: await server.sweep() })
          break
      }
    })
    tell({ type: 'listening', port: server.port })
  } catch (error) {
    tell({ type: 'refused', code: errorCode(error), message: error instanceof Error ? error.message : String(error) })
  }
}
