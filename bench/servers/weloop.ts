import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import handlers from '../../handlers/index.js'
import { createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import { findRoot } from '../../src/root.js'

/** The product as it ships: sample handlers and content, the embedded store, every update durable before its reply. */
const mode = process.argv[2] ?? 'safe'
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-bench-'))
const root = findRoot()
const config = loadConfig({
  root,
  env: {},
  overrides: {
    http: { port: 0 },
    store: { dir },
    log: { level: 'error' },
    content: { watch: false },
    accounts: {
      shop: mode === 'plain' ? { aesKey: null, apiBase: 'http://127.0.0.1:9' } : { apiBase: 'http://127.0.0.1:9' },
    },
  },
})
const app = await createApp(config, { root, handlers, releaseTogether: process.argv[3] !== 'no-tick' })
const { port } = await app.start('web')
process.send?.({ port, dir })
const stop = async () => {
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('disconnect', () => void stop())
