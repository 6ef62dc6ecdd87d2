import { join } from 'node:path'
import { createChanges } from '../../src/editor/changes.js'
import { createEditor } from '../../src/editor/editor.js'
import { createItems } from '../../src/editor/items.js'
import { KIND_ROWS, type Kind, pathOf } from '../../src/editor/kinds.js'
import { editorModels, editorRows } from '../../src/editor/model.js'
import { createPictureShelf } from '../../src/editor/picture-shelf.js'
import { createPictures } from '../../src/editor/pictures.js'
import { createUses } from '../../src/editor/uses.js'
import type { UsedBy } from '../../src/editor/views.js'
import { createLibrary } from '../../src/library/library.js'
import { recordingLogger } from '../helpers/web.js'
import { folder } from '../library/sample.js'
import { openTestStore } from '../store/open.js'

/** An article, a card and a rule that have nothing wrong with them. */
export const ARTICLE = { title: '秋被上新', digest: '三款新被子', cover: 'cover.jpg', body: '您好，**秋天**来了。\n' }
export const CARD = { title: '秋被', appid: 'wx00000000000demo2', path: 'pages/quilt', thumb: 'thumb.jpg' }
export const RULE = { match: { exact: ['秋被'] }, answer: { article: 'autumn' } }

/** A content folder and a store, with as many processes on them as a test needs. */
export async function openBench(changes: Record<string, string | Buffer> = {}) {
  const store = await openTestStore()
  const content = await folder(changes)
  let time = Date.parse('2026-03-04T04:00:00Z')
  const clock = { now: () => new Date(time++) }
  const { connection } = store
  editorModels(connection)
  await store.ensureIndexes()
  const rows = editorRows(connection)
  const used: UsedBy[] = []
  const ends: (() => Promise<void>)[] = []

  /** A process: a library and an editor of its own. `follow` lets it learn of the others by itself. */
  async function open({ follow = false } = {}) {
    const log = recordingLogger()
    const told = createChanges(rows, log, 20)
    const items = createItems({ rows, changes: told, clock })
    const pictures = createPictures({ rows, changes: told, clock, dir: join(store.dir, 'pictures') })
    /** Set, the store cannot be read. */
    const state = { broken: false }
    const library = createLibrary({
      dir: content.dir,
      log,
      clock,
      publicUrl: 'https://wx.example.com',
      watch: false,
      async beside() {
        if (state.broken) throw new Error('the store is away')
        const files = (await items.served()).map(({ kind, slug, content: fields }) => {
          const { text } = KIND_ROWS[kind as Kind].write(fields)
          return { path: pathOf(kind as Kind, slug), text, owner: 'console' as const }
        })
        return { files, media: await pictures.files() }
      },
    })
    await library.load()
    if (follow) ends.push(told.follow(() => library.load()))
    const others = async (as: string, slug: string) => used.filter(({ name }) => name === `${as}:${slug}`)
    const uses = createUses({ library, items, others })
    const editor = createEditor({ items, pictures, library, others })
    const shelf = createPictureShelf({ pictures, library, uses })
    return { library, editor, shelf, items, pictures, state, log, told }
  }

  return {
    ...(await open()),
    rows,
    content,
    open,
    /** What other parts of the product name: `article:welcome`. */
    used,
    async close() {
      for (const end of ends) await end()
      await store.dispose()
      await content.remove()
    },
  }
}
export type Bench = Awaited<ReturnType<typeof openBench>>

/** Waits until something is so; the test's own time limit ends it. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setTimeout(resolve, 10))
}
