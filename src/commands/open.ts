import { connectContentParts } from '../content-parts.js'
import { systemClock } from '../core/clock.js'
import type { Publishing } from '../publishing/publishing.js'
import type { Statistics } from '../statistics/statistics.js'
import type { ConnectOptions } from '../store/connect.js'
import { openTools, type Tools } from './tools.js'

export { chooseAccount, officialIds } from './tools.js'

/** Where a command runs; `store` is for tests. */
export interface CommandOptions {
  root: string
  env: NodeJS.ProcessEnv
  store?: ConnectOptions
  /** Where lines are written; standard the terminal. */
  print?: (line: string) => void
}

/** What content commands use besides the tools of every command. */
export interface OpenParts extends Tools {
  publishing: Publishing
  statistics: Statistics
}

/** Opens store, content and accounts beside a product that may be running on the same store. Receives nothing. */
export async function openParts(options: CommandOptions): Promise<OpenParts> {
  const tools = await openTools(options)
  const { config, store, library, accounts, events, log } = tools
  const clock = systemClock
  const parts = connectContentParts({ config, connection: store.connection, library, accounts, events, clock, log })
  await store.ensureIndexes()
  await library.load()
  return { ...tools, ...parts }
}
