import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { limits } from '../../rules/official-account/limits.js'
import { messageOf } from '../core/errors.js'
import { sniff } from './media-type.js'
import { type ContentProblem, problem } from './problem.js'
import { FOLDERS, MEDIA_NAME, type MediaFile, type Source, type TextFile } from './source.js'

/** The largest text file that is read; an article of the platform's full length is a tenth of it. */
export const MAX_TEXT_BYTES = 262_144
/** The most files of one folder. */
export const MAX_FILES = 5000
const MAX_MEDIA_BYTES = Math.max(limits.imageBytes.value, limits.videoBytes.value, limits.voiceBytes.value)

/** What was read, and what could not be. */
export interface Reading {
  source: Source
  problems: ContentProblem[]
}

/**
 * Makes a reader of a content folder. It opens plain files inside the folder only (no link leads out of it), refuses
 * oversized ones and those that are not UTF-8, skips editors' hidden and backup files, and hashes a media file again
 * only when its size or time changed. Never throws: what cannot be read is a problem.
 */
export function createReader(dir: string): () => Promise<Reading> {
  const memory = new Map<string, { stamp: string; media: MediaFile }>()
  return async () => {
    const problems: ContentProblem[] = []
    const files: TextFile[] = []
    const media: MediaFile[] = []
    await checkRoot(dir, problems)
    for (const folder of Object.keys(FOLDERS)) {
      for (const path of await list(dir, folder, problems)) {
        const text = await readText(dir, path, problems)
        if (text !== undefined) files.push({ path, text })
      }
    }
    for (const path of await list(dir, 'media', problems)) {
      const file = await readMedia(dir, path, memory, problems)
      if (file) media.push(file)
    }
    for (const name of memory.keys()) if (!media.some((file) => file.name === name)) memory.delete(name)
    return { source: { files, media }, problems }
  }
}

/** Folders of `content/` that other parts of the product read. */
const OTHER_FOLDERS = [
  'media',
  'journeys',
  'campaigns',
  'contact-ways',
  'join-ways',
  'steering',
  'group-welcomes',
  'group-sends',
  'alerts',
  'canned',
]

async function checkRoot(dir: string, problems: ContentProblem[]): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined)
    problems.push(problem({ file: '', field: '文件夹' }, '没有内容文件夹，或无法读取', '新建它，或改配置 content.dir'))
  const known = [...Object.keys(FOLDERS), ...OTHER_FOLDERS]
  for (const { name } of (entries ?? []).filter((entry) => entry.isDirectory() && !known.includes(entry.name)))
    if (!/^[._]/.test(name))
      problems.push(
        problem(
          { file: name, field: '文件夹' },
          '这个文件夹不会被读取',
          `可用的文件夹：${known.join('、')}`,
          'warning',
        ),
      )
}

/** A plain file, or a link (as in mounted configuration volumes) to a plain file inside the folder. */
async function isOurs(dir: string, path: string, entry: Dirent): Promise<boolean> {
  if (entry.isFile()) return true
  if (!entry.isSymbolicLink()) return false
  try {
    const [root, target] = await Promise.all([realpath(dir), realpath(join(dir, path))])
    return target.startsWith(root + sep) && (await stat(target)).isFile()
  } catch {
    return false
  }
}

async function list(dir: string, folder: string, problems: ContentProblem[]): Promise<string[]> {
  let entries: Dirent[]
  try {
    entries = await readdir(join(dir, folder), { withFileTypes: true })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      problems.push(problem({ file: folder, field: '文件夹' }, `无法读取（${messageOf(error)}）`, '检查文件夹和权限'))
    return []
  }
  const names: string[] = []
  for (const entry of entries) {
    if (/^[._#]|~$|\.(swp|tmp|bak|orig)$/i.test(entry.name) || /^(Thumbs\.db|desktop\.ini)$/i.test(entry.name)) continue
    const path = `${folder}/${entry.name}`
    if (await isOurs(dir, path, entry)) names.push(path)
    else
      problems.push(
        problem({ file: path, field: '文件' }, '不是普通文件', '只放文件，不放子文件夹，也不放指向别处的链接'),
      )
  }
  if (names.length > MAX_FILES)
    problems.push(
      problem({ file: folder, field: '文件夹' }, `超过 ${MAX_FILES} 个文件，其余的不读取`, '移走不用的文件'),
    )
  return names.sort().slice(0, MAX_FILES)
}

async function readText(dir: string, path: string, problems: ContentProblem[]): Promise<string | undefined> {
  try {
    const { bytes, size } = await readUpTo(join(dir, path), MAX_TEXT_BYTES)
    if (size > MAX_TEXT_BYTES) {
      problems.push(problem({ file: path, field: '文件' }, `超过 ${MAX_TEXT_BYTES / 1024} KB`, '拆成几个文件'))
      return undefined
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch (error) {
    const unreadable = codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    problems.push(
      unreadable
        ? problem({ file: path, field: '文件' }, '不是 UTF-8 文字', '用编辑器另存为 UTF-8')
        : problem({ file: path, field: '文件' }, `无法读取（${messageOf(error)}）`, '检查文件和权限'),
    )
    return undefined
  }
}

async function readMedia(
  dir: string,
  path: string,
  memory: Map<string, { stamp: string; media: MediaFile }>,
  problems: ContentProblem[],
): Promise<MediaFile | undefined> {
  const name = path.slice('media/'.length)
  const file = resolve(dir, path)
  if (!MEDIA_NAME.test(name)) {
    problems.push(
      problem({ file: path, field: '文件名' }, '文件名不合法', '只用字母、数字、- 和 _，例如 cover-tea.jpg'),
    )
    return undefined
  }
  try {
    const status = await stat(file, { bigint: true })
    const stamp = `${status.mtimeNs} ${status.size} ${status.ino}`
    const known = memory.get(name)
    if (known?.stamp === stamp) return known.media
    const { bytes, size } = await readUpTo(file, MAX_MEDIA_BYTES)
    const media = {
      name,
      path: file,
      bytes: size,
      hash: createHash('sha256').update(bytes).digest('hex'),
      ...sniff(bytes),
    }
    memory.set(name, { stamp, media })
    return media
  } catch (error) {
    problems.push(problem({ file: path, field: '文件' }, `无法读取（${messageOf(error)}）`, '检查文件和权限'))
    return undefined
  }
}

/** The whole file when it is at most `most` bytes, else its beginning; `size` is the file's own. */
async function readUpTo(path: string, most: number): Promise<{ bytes: Buffer; size: number }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.min(size, most))
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return { bytes: bytes.subarray(0, filled), size }
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
