import path from 'node:path'
import { corpAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
import type { CorpParts } from './corp-parts.js'
import type { DeskParts } from './desk-parts.js'
import { type Changes, createChanges } from './editor/changes.js'
import { createEditor } from './editor/editor.js'
import { createItems, type Items } from './editor/items.js'
import { KIND_ROWS, type Kind, pathOf } from './editor/kinds.js'
import { editorModels, editorRows } from './editor/model.js'
import { createPictureShelf } from './editor/picture-shelf.js'
import { createPictures, type Pictures } from './editor/pictures.js'
import { createUses, mentions, type OtherUses } from './editor/uses.js'
import type { UsedBy } from './editor/views.js'
import type { ContentRoutePorts } from './http/api/content.js'
import type { Beside } from './library/beside.js'
import type { Library } from './library/library.js'
import type { Publishing } from './publishing/publishing.js'
import type { PushParts } from './push-parts.js'
import type { Connection } from './store/connect.js'

/** What was written at the console, as the library takes it. */
export interface ConsoleContent {
  items: Items
  pictures: Pictures
  /** Where this machine keeps copies of the pictures. */
  picturesDir: string
  beside(): Promise<Beside>
  /** Keeps a library up to date with what other processes write. Returns the way to stop. */
  follow(library: Pick<Library, 'load'>): () => Promise<void>
}

/** Opens it on a store; make it before `ensureIndexes`. */
export function openConsoleContent(ports: {
  connection: Connection
  dataDir: string
  clock: Clock
  log: Logger
}): ConsoleContent {
  const { connection, clock, log } = ports
  editorModels(connection)
  const rows = editorRows(connection)
  const changes: Changes = createChanges(rows, log)
  const picturesDir = path.join(ports.dataDir, 'pictures')
  const items = createItems({ rows, changes, clock })
  const pictures = createPictures({ rows, changes, clock, dir: picturesDir })
  return {
    items,
    pictures,
    picturesDir,
    async beside() {
      const [served, media] = await Promise.all([items.served(), pictures.files()])
      const files = served.map(({ kind, slug, content }) => {
        const { text } = KIND_ROWS[kind as Kind].write(content)
        return { path: pathOf(kind as Kind, slug), text, owner: 'console' as const }
      })
      return { files, media }
    },
    follow: (library) => changes.follow(() => library.load()),
  }
}

/** The editor with all that it asks of other parts, for the API. */
export function connectEditor(parts: {
  config: Pick<Config, 'accounts'>
  written: ConsoleContent
  library: Library
  publishing: Publishing
  push: Pick<PushParts, 'campaigns'>
  corp: Pick<CorpParts, 'groupSends' | 'newcomers'>
  desk: Pick<DeskParts, 'desk'>
}): ContentRoutePorts {
  const { config, written, library, publishing } = parts
  const { items, pictures } = written
  const others = otherUses(parts)
  const uses = createUses({ library, items, others })
  const official = Object.entries(config.accounts).filter(([, { platform }]) => platform === 'official-account')
  return {
    editor: createEditor({ items, pictures, library, others }),
    shelf: createPictureShelf({ pictures, library, uses }),
    publishing,
    isLive: (slug) => library.hasArticle(slug),
    accounts: official.map(([id]) => id),
  }
}

/** Messages of pushes, tasks, contact ways and canned replies that name an article or a card. */
function otherUses(parts: Omit<Parameters<typeof connectEditor>[0], 'publishing'>): OtherUses {
  const { push, corp, desk, config } = parts
  const over = ['done', 'stopped']
  return async (as, slug) => {
    const [campaigns, sends, canned, ...ways] = await Promise.all([
      push.campaigns.list({ limit: 1000 }),
      corp.groupSends.list({ limit: 1000 }),
      desk.desk.canned.list(),
      ...corpAccounts(config).map(([account]) => corp.newcomers.ways.book.list(account)),
    ])
    const found = (what: string, name: string): UsedBy => ({ what, name, owner: 'store' })
    const names = (value: unknown) => mentions(value, as, slug)
    return [
      ...campaigns
        .filter(({ state, definition }) => !over.includes(state) && names(definition))
        .map(({ _id }) => found('campaigns', _id)),
      ...sends
        .filter(({ state, definition }) => !over.includes(state) && names(definition))
        .map(({ _id }) => found('group-sends', _id)),
      ...canned.filter(names).map((reply) => found('canned', reply.slug)),
      ...ways
        .flat()
        .filter(({ definition }) => names(JSON.parse(definition)))
        .map((way) => found('contact-ways', way.slug)),
    ]
  }
}
