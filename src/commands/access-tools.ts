import { userInfo } from 'node:os'
import type { Access } from '../access/access.js'
import type { By } from '../access/ports.js'
import { dataDirOf, openAccess } from '../console-parts.js'
import { systemClock } from '../core/clock.js'
import { type CommandContext, openTools, type Tools } from './tools.js'

/** Runs a command on the people of the console, beside a product that may be running on the same store. */
export async function withAccess(
  context: CommandContext,
  work: (access: Access, tools: Tools) => Promise<number>,
): Promise<number> {
  const tools = await openTools(context)
  try {
    const { config, store, log } = tools
    const { connection } = store
    const dataDir = dataDirOf(context.root, config)
    const access = await openAccess({ config, dataDir, connection, clock: systemClock, log })
    await store.ensureIndexes()
    return await work(access, tools)
  } finally {
    await tools.close()
  }
}

/** Who sits at the terminal, for the audit log. */
export function terminalUser(): By {
  try {
    return { kind: 'command', id: userInfo().username }
  } catch {
    return { kind: 'command', id: 'unknown' }
  }
}

/** Where a command's lines go. */
export const sayer = ({ say = (line: string) => process.stdout.write(`${line}\n`) }: CommandContext) => say
