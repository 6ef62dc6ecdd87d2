import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The project's root folder, found by walking up from this file: content/, config/ and other files beside the code are
 * not copied into dist/. Throws when no package.json named weloop is above.
 */
export function findRoot(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json')
    if (existsSync(file)) {
      const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
      if (typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === 'weloop') return folder
    }
    if (folder === path.dirname(folder)) throw new Error('no package.json of weloop above this file')
  }
}
