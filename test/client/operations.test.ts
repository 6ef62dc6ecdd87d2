import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { openApi } from '../../src/http/api/openapi.js'
import { createApiRoutes } from '../../src/http/api/routes.js'
import { typescriptOf } from '../../src/http/api/typescript.js'
import { schemas } from '../../src/shop/schemas.js'

/** Nothing is called: only the schemas count. */
function unused(): never {
  throw new Error('not called')
}
const routes = createApiRoutes({
  ingest: { take: unused },
  types: { list: unused, define: unused },
  quarantine: { types: unused, list: unused, release: unused },
  identify: { take: unused },
  orders: { put: unused, find: unused, of: unused },
  messages: { send: unused },
  lookup: { find: unused, read: unused },
  windows: { of: unused },
  credits: unused,
  privacy: { export: unused, erase: unused },
  now: unused,
  schemas,
})

test.each(['types', 'operations'] as const)(
  '%s.ts of the client is the API’s (make it anew with UPDATE_CLIENT=1)',
  (name) => {
    const file = `src/client/${name}.ts`
    const formatted = spawnSync('node_modules/.bin/biome', ['format', `--stdin-file-path=${file}`], {
      input: typescriptOf(openApi(routes))[name],
      encoding: 'utf8',
    })
    expect(formatted.stderr).toBe('')
    if (process.env['UPDATE_CLIENT'] === '1') writeFileSync(file, formatted.stdout)
    expect(readFileSync(file, 'utf8')).toBe(formatted.stdout)
  },
)
