import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '../../src/core/log.js'
import { silentLogger } from '../../src/core/log.js'
import { connectStore, type Store } from '../../src/store/connect.js'

/** A store of a test's own: the embedded one in this thread, or a fresh database of the server of MONGODB_URI. */
export interface TestStore extends Store {
  dir: string
  /** The config to open the same store a second time. */
  config: { uri: string; dir: string; database: string }
  /** Closes it and removes what it left. */
  dispose(): Promise<void>
}

/** Opens a store that nobody else sees. */
export async function openTestStore(log: Logger = silentLogger): Promise<TestStore> {
  const dir = await mkdtemp(join(tmpdir(), 'weloop-store-'))
  const config = { uri: process.env['MONGODB_URI'] ?? '', dir, database: `test-${randomUUID()}` }
  const store = await connectStore(config, log, { inProcess: true })
  return {
    ...store,
    config,
    dir,
    async dispose() {
      if (store.kind === 'server') await store.connection.db?.dropDatabase().catch(() => undefined)
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
