import type { ContentProblem } from '../../library/problem.js'
import { createWayBook, type WayBook } from './book.js'
import { readWays, type WayFiles } from './content.js'
import { rebuildCounts } from './counts.js'
import { compareWays, type Drift } from './drift.js'
import { type WayDayRow, type WayRow, wayDayRows, wayModels } from './model.js'
import type { KeepingPorts } from './ports.js'
import { createWaySync, type WayRound } from './sync.js'

/** The ways in the store and on the platform; what the command line needs of them. */
export interface WayKeeping {
  book: WayBook
  /** Reads `content/contact-ways` and takes it over; gives what is wrong with it. */
  load(): Promise<ContentProblem[]>
  /** The account's welcomes of the last `load`, and when that was. */
  defaults(): { byAccount: WayFiles['defaults']; readAt: Date } | undefined
  /** Brings one way up to date on the platform now; gives its row as it is then. */
  sync(account: string, slug: string): Promise<WayRow | undefined>
  /** The same for all of them, after a look at the files. */
  tick(): Promise<WayRound>
  /** Makes a way anew whose code is gone from the platform; the picture is another one. False when there is none. */
  remake(account: string, slug: string): Promise<boolean>
  compare(): Promise<Drift>
  /** Counts by day and member, newest day first. */
  days(account: string, slug: string, limit?: number): Promise<WayDayRow[]>
  /** Counts everything anew from the facts; gives how many counts were off. */
  rebuild(): Promise<number>
}

/** The keeping of ways on a connection; make it before `ensureIndexes`. */
export function createWayKeeping(ports: KeepingPorts): WayKeeping {
  const { connection, clock, log, accounts } = ports
  wayModels(connection)
  const book = createWayBook(ports)
  const sync = createWaySync(ports)
  let read: { byAccount: WayFiles['defaults']; readAt: Date } | undefined
  let told = ''

  async function load(): Promise<ContentProblem[]> {
    const files = await readWays(ports.contentDir)
    read = { byAccount: keepBroken(files, read?.byAccount), readAt: clock.now() }
    const refused = await book.adopt(files, accounts)
    const words = JSON.stringify([files.problems, refused])
    if (words !== told) {
      for (const { file, line, field, message } of files.problems.slice(0, 20)) {
        log.warn({ file, line, field, problem: message }, 'contact-way file has a problem')
      }
      for (const one of refused) log.warn({ ...one }, 'contact-way file was not taken over')
    }
    told = words
    return files.problems
  }

  return {
    book,
    load,
    defaults: () => read,
    sync: (account, slug) => sync.one(`${account}:${slug}`),
    async tick() {
      await load()
      return sync.all()
    },
    async remake(account, slug) {
      if (!(await book.forget(account, slug))) return false
      await sync.one(`${account}:${slug}`)
      return true
    },
    compare: () => compareWays(ports),
    days: (account, slug, limit = 100) =>
      wayDayRows(connection)
        .find({ way: `${account}:${slug}` })
        .sort({ day: -1, staff: 1 })
        .limit(limit)
        .toArray(),
    rebuild: () => rebuildCounts(connection),
  }
}

/** The account's words as they are, and as they were where a file is broken now. */
function keepBroken({ defaults, broken }: WayFiles, before: WayFiles['defaults'] | undefined): WayFiles['defaults'] {
  const kept = new Map(defaults)
  for (const slug of broken) {
    const account = slug.replace(/^default-?/, '')
    const known = /^default(-|$)/.test(slug) ? before?.get(account) : undefined
    if (known) kept.set(account, known)
  }
  return kept
}
