import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { apiRoutes } from '../../src/api-routes.js'
import { createConsoleApi } from '../../src/http/api/access.js'
import { openApi } from '../../src/http/api/openapi.js'
import { typescriptOf } from '../../src/http/api/typescript.js'

/** Stands for every part of the product: only the schemas of the routes count, nothing is asked of it. */
const part: never = new Proxy(() => undefined, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : part),
  apply: () => part,
}) as never

const products = apiRoutes({
  push: part,
  corp: part,
  desk: part,
  content: part,
  marketing: part,
  office: part,
  people: part,
  connection: part,
  config: { accounts: {}, timeZone: 'Asia/Shanghai' } as never,
  root: '',
  events: part,
  library: part,
  contacts: part,
  accounts: part,
  reach: part,
  outbox: part,
  windows: part,
  operations: part,
  clock: part,
})
/** Signing in with WeCom has routes only where a corporation is configured. */
const logins = { corps: [{ corp: 'corp', name: '' }], start: part, finish: part } as never
const { routes } = createConsoleApi({ access: part, roles: part, logins, publicUrl: '', routes: products })

test.each(['types', 'operations'] as const)(
  '%s.ts of the console is the whole API’s (make it anew with UPDATE_CLIENT=1)',
  (name) => {
    const file = `console/src/api/${name}.ts`
    const made = typescriptOf(openApi(routes))[name].replace('test/client/', 'test/console/')
    const formatted = spawnSync('node_modules/.bin/biome', ['format', `--stdin-file-path=${file}`], {
      input: made,
      encoding: 'utf8',
    })
    expect(formatted.stderr).toBe('')
    if (process.env['UPDATE_CLIENT'] === '1') writeFileSync(file, formatted.stdout)
    expect(readFileSync(file, 'utf8')).toBe(formatted.stdout)
  },
)

/** Lists that come in pages and in one order only, and why. */
const ONE_ORDER: Readonly<Record<string, string>> = {
  listCampaignRecipients: 'the people of a run lie packed in thousands, by state',
  listContentPictures: 'a shelf of pictures, the newest first',
  listEntries: 'a conversation is read in the order in which it was spoken',
  listMembers: 'a stream of ids for machines; people look at them in the search, which sorts',
  listQuarantine: 'a waiting room, in the order of arrival',
  listUnassignedCustomers: 'comes from the platform as it gives it',
  readThread: 'a conversation is read in the order in which it was spoken',
}

test('every list that comes in pages can be sorted, but for those with a reason', () => {
  const paged = Object.values(openApi(routes).paths).flatMap((methods) =>
    Object.values(methods).filter(({ parameters = [] }) =>
      parameters.some(({ name }) => /^(after|cursor)$/.test(name)),
    ),
  )
  const sortable = paged.filter(({ parameters = [] }) => parameters.some(({ name }) => /^(sort|order)$/.test(name)))
  const rest = paged.filter((one) => !sortable.includes(one)).map(({ operationId }) => operationId)
  expect(sortable.length).toBeGreaterThan(15)
  expect(rest.toSorted()).toEqual(Object.keys(ONE_ORDER).toSorted())
})
