import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { FOLDERS } from './source.js'

const SETTLE_MS = 120
const MAX_WAIT_MS = 1000

/**
 * Calls `changed` after edits in a content folder have come to rest (at most a second after the first). One watcher a
 * folder, not a recursive one: on Linux those lose files that editors replace by renaming. The watchers do not keep
 * the process alive. Returns the way to stop.
 */
export function watchFolders(dir: string, changed: () => void, log: Logger): () => void {
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let firstAt: number | undefined
  let stopped = false

  const touched = () => {
    if (stopped) return
    firstAt ??= performance.now()
    clearTimeout(timer)
    const left = firstAt + MAX_WAIT_MS - performance.now()
    timer = setTimeout(fire, Math.max(0, Math.min(SETTLE_MS, left)))
  }
  const fire = () => {
    firstAt = undefined
    changed()
  }
  const open = (folder: string, react: () => void) => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
    try {
      const watcher = watch(join(dir, folder), { persistent: false }, react)
      watcher.on('error', (error) =>
        log.warn({ folder, reason: messageOf(error) }, 'content folder stopped being watched'),
      )
      watchers.set(folder, watcher)
    } catch (error) {
      if (folder === '' || !messageOf(error).includes('ENOENT'))
        log.warn({ folder, reason: messageOf(error) }, 'content folder could not be watched')
    }
  }
  const openAll = () => {
    for (const folder of [...Object.keys(FOLDERS), 'media']) open(folder, touched)
  }

  open('', () => {
    if (stopped) return
    openAll()
    touched()
  })
  openAll()
  return () => {
    stopped = true
    clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
    watchers.clear()
  }
}
