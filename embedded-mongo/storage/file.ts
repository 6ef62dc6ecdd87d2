// A look at an LMDB file before it is opened.
import { closeSync, openSync, readSync, statSync } from 'node:fs'

const MAGIC = Buffer.from('dec0efbe', 'hex')

/**
 * Throws when a file is no store or was cut short. LMDB ends the whole process on such files, so the meta pages are
 * looked at before it is let near one.
 */
export function checkFile(file: string): void {
  const head = Buffer.alloc(2 * 65_536)
  const fd = openSync(file, 'r')
  const read = readSync(fd, head, 0, head.length, 0)
  closeSync(fd)
  const at = head.subarray(0, 64).indexOf(MAGIC)
  const pageSize = at < 0 ? 0 : head.readUInt32LE(at + 24)
  if (pageSize < 512 || pageSize > 65_536 || read < 2 * pageSize) throw new Error(`${file} is no file of a store`)
  // two meta pages, of which the younger counts
  const lastPage = Math.max(...[at, at + pageSize].map((p) => Number(head.readBigUInt64LE(p + 120))))
  const { size } = statSync(file)
  if (size < (lastPage + 1) * pageSize) {
    throw new Error(`${file} is cut short: ${size} bytes of ${(lastPage + 1) * pageSize}`)
  }
}
