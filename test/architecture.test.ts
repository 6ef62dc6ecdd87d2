import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'

/**
 * Who may import whom: `src/<folder>` -> the folders (or files) of src it may use besides itself. The table of
 * docs/architecture.md, kept true by this test.
 */
const MAY: Record<string, string[]> = {
  core: [],
  config: ['core'],
  store: ['core', 'config'],
  events: ['core', 'store'],
  library: ['core'],
  contacts: ['core', 'store', 'events'],
  growth: ['core', 'store', 'events'],
  platforms: ['core', 'store/lease', 'config/accounts', 'config/schema'],
  outbox: ['core', 'store', 'events', 'library', 'contacts', 'segments/segment', 'platforms/platform'],
  inbox: ['core', 'store', 'events', 'contacts', 'outbox', 'library', 'platforms/platform'],
  jobs: ['core', 'store', 'outbox', 'inbox'],
  segments: ['core', 'store', 'events', 'library', 'contacts'],
  shop: ['core', 'store', 'events', 'contacts'],
  logistics: ['core', 'store', 'events', 'outbox'],
  campaigns: ['core', 'store', 'events', 'segments', 'library', 'contacts', 'outbox'],
  client: [],
  customers: ['core', 'store', 'events', 'library', 'contacts', 'outbox'],
  groups: ['core', 'store', 'events', 'library', 'contacts', 'outbox'],
  'group-sends': ['core', 'store', 'events', 'library', 'contacts', 'outbox'],
  alerts: ['core', 'store', 'events', 'library', 'contacts', 'outbox'],
  desk: ['core', 'store', 'events', 'library', 'contacts', 'outbox'],
  kf: ['core', 'store', 'events', 'contacts', 'outbox'],
  sidebar: ['core', 'store', 'events', 'contacts', 'outbox'],
  access: ['core', 'store', 'events'],
  editor: ['core', 'store', 'library'],
  calendar: ['core'],
  publishing: ['core', 'store', 'events'],
  menus: [
    'core',
    'store',
    'library',
    'platforms/official-account/menu-buttons',
    'platforms/official-account/menu-diff',
  ],
  statistics: ['core', 'store', 'events'],
  operations: ['core', 'store', 'config/accounts'],
  http: ['core', 'library/problem', 'platforms/platform'],
}

/** Packages that belong to one place each. */
const HOMES: Record<string, RegExp> = {
  mongoose: /^src\/store\/|\/model\.ts$|^test\/|^bench\/|^embedded-mongo\/test\//,
  agenda: /^src\/jobs\/|^test\/|^embedded-mongo\/test\//,
  '@agendajs/mongo-backend': /^src\/jobs\/|^test\/|^embedded-mongo\/test\//,
  'co-wechat-api': /^src\/platforms\/official-account\/client(\.ts|\/)|^test\/|^bench\//,
  '@wecom/crypto': /^src\/platforms\/shared\/|^simulator\/|^test\/|^bench\//,
  koa: /^src\/http\/|^simulator\/|^test\/|^bench\//,
  lmdb: /^embedded-mongo\//,
  pino: /^src\/log\.ts$/,
}

const ROOTS = ['src', 'handlers', 'rules', 'embedded-mongo', 'simulator', 'bench', 'test']
const files = ROOTS.flatMap((root) => walk(root)).filter((file) => file.endsWith('.ts'))
const imports = files.flatMap((file) => importsOf(file).map((target) => ({ file, target })))

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  )
}

/** Import targets: packages by name, our own files by path from the project's root without suffix. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s*'([^']+)'/g,
  )
  return [...found].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? ''
    if (!target.startsWith('.')) return target
    return path.posix.normalize(path.posix.join(path.posix.dirname(file), target)).replace(/\.(js|ts)$/, '')
  })
}

const own = (target: string) => ROOTS.some((root) => target.startsWith(`${root}/`))
const folderOf = (file: string) => (file.split('/').length > 2 ? (file.split('/')[1] ?? '') : '')
const list = (found: { file: string; target: string }[]) => found.map(({ file, target }) => `${file} -> ${target}`)

describe('import rules', () => {
  test('the scan sees the project', () => {
    expect(files.length).toBeGreaterThan(60)
    expect(imports.some(({ file, target }) => file === 'src/config/load.ts' && target === 'src/core/errors')).toBe(true)
  })

  test.each(Object.entries(MAY))('src/%s imports only what it may', (folder, allowed) => {
    const wrong = imports.filter(({ file, target }) => {
      if (!file.startsWith(`src/${folder}/`) || !own(target)) return false
      if (target.startsWith('rules/')) return false
      if (folder === 'store' && file === 'src/store/connect.ts' && target === 'embedded-mongo/open') return false
      if (!target.startsWith('src/')) return true
      const inner = target.slice(4)
      return ![folder, ...allowed].some((prefix) => inner === prefix || inner.startsWith(`${prefix}/`))
    })
    expect(list(wrong)).toEqual([])
  })

  test('every folder of src has a row in the table', () => {
    const folders = new Set(files.filter((file) => file.startsWith('src/')).map(folderOf))
    for (const entry of ['', 'commands']) folders.delete(entry)
    expect([...folders].filter((folder) => !(folder in MAY))).toEqual([])
  })

  test('handlers import src/index only, and only entry points and tests import app', () => {
    const handlers = imports.filter(
      ({ file, target }) => file.startsWith('handlers/') && !target.startsWith('handlers/') && target !== 'src/index',
    )
    expect(list(handlers)).toEqual([])
    const app = imports.filter(
      ({ file, target }) => target === 'src/app' && !/^src\/(main|cli|demo|commands)|^test\/|^bench\//.test(file),
    )
    expect(list(app)).toEqual([])
  })

  test('a web role is started without what it may never need', () => {
    const read = (file: string) => readFileSync(file, 'utf8')
    const loads = (file: string) =>
      [...read(file).matchAll(/(?:^|\n)\s*(?:import|export)\b(?!\s*type\b)[^'"`;]*?from\s*'([^']+)'/g)].map((match) => {
        const target = match[1] ?? ''
        if (!target.startsWith('.')) return target
        return path.posix.normalize(path.posix.join(path.posix.dirname(file), target)).replace(/\.js$/, '.ts')
      })
    const seen = new Set(['src/main.ts'])
    for (const file of seen) if (file.endsWith('.ts')) for (const target of loads(file)) seen.add(target)
    expect(seen.size).toBeGreaterThan(300)
    expect([...seen]).toEqual(expect.arrayContaining(['mongoose', 'src/http/server.ts', 'handlers/index.ts']))
    const late =
      /^(agenda|@agendajs|qrcode|cron-parser|pinyin-pro|sanitize-html|wechat4u|lmdb|commander)|^simulator\/|^embedded-mongo\/|^src\/http\/api\/(routes|openapi)|^src\/jobs\/scheduler/
    expect([...seen].filter((file) => late.test(file))).toEqual([])
  })

  test('the embedded store, the rules and the simulator know nothing of the product', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!own(target)) return false
      if (file.startsWith('embedded-mongo/')) return !target.startsWith('embedded-mongo/')
      if (file.startsWith('rules/')) return !target.startsWith('rules/')
      if (file.startsWith('simulator/shop/') && target.startsWith('src/client/')) return false
      if (file.startsWith('simulator/')) return !target.startsWith('simulator/') && !target.startsWith('rules/')
      return false
    })
    expect(list(wrong)).toEqual([])
  })

  test.each(Object.entries(HOMES))('%s is imported only where it lives', (name, home) => {
    const wrong = imports.filter(
      ({ file, target }) => (target === name || target.startsWith(`${name}/`)) && !home.test(file),
    )
    expect(list(wrong)).toEqual([])
  })

  test('there is no import cycle between the folders of src', () => {
    const edges = new Map<string, Set<string>>()
    for (const { file, target } of imports) {
      if (!file.startsWith('src/') || !target.startsWith('src/')) continue
      const [from, to] = [folderOf(file), folderOf(`${target}.ts`)]
      if (from === '' || to === '' || from === to) continue
      edges.set(from, (edges.get(from) ?? new Set()).add(to))
    }
    const seen: string[] = []
    const cycles: string[] = []
    const visit = (folder: string) => {
      if (seen.includes(folder)) return void cycles.push([...seen.slice(seen.indexOf(folder)), folder].join(' -> '))
      seen.push(folder)
      for (const next of edges.get(folder) ?? []) visit(next)
      seen.pop()
    }
    for (const folder of edges.keys()) visit(folder)
    expect(cycles).toEqual([])
  })

  test('no module is mocked and no test sleeps', () => {
    const wrong = files.filter((file) => {
      if (!file.startsWith('test/') || file === 'test/architecture.test.ts') return false
      return /unstable_mockModule|jest\.mock\(/.test(readFileSync(file, 'utf8'))
    })
    expect(wrong).toEqual([])
  })

  test('only config/load and entry points read the environment', () => {
    const wrong = files.filter(
      (file) =>
        file.startsWith('src/') &&
        !/^src\/(main|cli)\.ts$/.test(file) &&
        /process\.env\b/.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')),
    )
    expect(wrong).toEqual([])
  })
})
