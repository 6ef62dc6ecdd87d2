import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** A file of the page. */
export interface PageFile {
  bytes: Buffer
  type: string
  etag: string
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
])

/** The page's files by name, read once when first asked; nothing but a listed name finds one. */
export function createPageFiles(folder: string): (name: string) => Promise<PageFile | undefined> {
  let files: Promise<Map<string, PageFile>> | undefined
  return async (name) => {
    files ??= readAll(folder).catch((error: unknown) => {
      files = undefined
      throw error
    })
    return (await files).get(name)
  }
}

async function readAll(folder: string): Promise<Map<string, PageFile>> {
  const found = new Map<string, PageFile>()
  for (const name of await readdir(folder)) {
    const type = TYPES.get(path.extname(name))
    if (type === undefined) continue
    const bytes = await readFile(path.join(folder, name))
    found.set(name, { bytes, type, etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22) })
  }
  return found
}
