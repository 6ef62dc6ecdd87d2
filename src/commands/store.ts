import path from 'node:path'
import type { Command } from 'commander'
import { openStore } from '../../embedded-mongo/open.js'
import { backup, info, migrate, type Progress, restore } from '../../embedded-mongo/operations.js'
import { loadConfig } from '../config/load.js'
import { AppError, messageOf } from '../core/errors.js'

/** `weloop store info | backup FILE | restore FILE | migrate URI`: care for the embedded store of this machine. */
export function addStoreCommands(program: Command, options: { root: string; env: NodeJS.ProcessEnv }): void {
  const dir = () => path.resolve(options.root, loadConfig(options).store.dir)
  const store = program.command('store').description('the embedded store (not a MongoDB server of your own)')

  store
    .command('info')
    .description('what the store holds; also while the product runs')
    .option('--json', 'machine-readable')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await told(info(dir()))
      if (json) return void console.log(JSON.stringify(report, null, 2))
      console.log(`${report.dir}: ${megabytes(report.fileBytes)}${report.inUse ? ', in use by a running product' : ''}`)
      for (const { ns, documents, indexes } of report.collections) {
        console.log(`  ${ns.padEnd(32)} ${String(documents).padStart(9)} documents, ${indexes.length} indexes`)
      }
    })

  store
    .command('backup')
    .argument('<file>')
    .description('copy the store to a new file, consistent, also while the product runs')
    .action(async (file: string) => {
      const done = await told(backup(dir(), file))
      console.log(`backed up to ${done.file}, ${megabytes(done.bytes)}`)
    })

  store
    .command('restore')
    .argument('<file>')
    .description('put a backup in place of the data (stop the product first; the old data stay beside it)')
    .action(async (file: string) => {
      const done = await told(restore(dir(), file))
      console.log(`restored ${done.documents} documents in ${done.collections} collections`)
    })

  store
    .command('migrate')
    .argument('<uri>', 'mongodb://... of the server to move to')
    .description('copy everything to a MongoDB server, indexes included; may be stopped and run again')
    .action(async (uri: string) => {
      const source = await openStore({ dir: dir() })
      try {
        const done = await told(migrate(source.uri, uri, showProgress))
        if (process.stderr.isTTY) process.stderr.write('\n')
        console.log(
          `moved ${done.documents} documents in ${done.collections} collections (${done.written} written now); counts agree. ` +
            'Set MONGODB_URI and start the product.',
        )
      } finally {
        await source.close()
      }
    })
}

/** What went wrong as a sentence instead of a stack trace. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new AppError('store.operation', messageOf(error), { cause: error })
  }
}

/** A bar on the terminal, a line per thousandth elsewhere is noise: nothing. */
function showProgress({ ns, done, total }: Progress): void {
  if (!process.stderr.isTTY) return
  const share = total === 0 ? 1 : done / total
  const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░')
  process.stderr.write(`\r${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${ns} ${done}/${total}\x1b[K`)
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`
