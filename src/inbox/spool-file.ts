import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { AppError } from '../core/errors.js'

/** Records given to the consumer at once. */
const GROUP = 200
const CHUNK_BYTES = 1_048_576

/** What becomes of the lines of a file. */
export interface LineSink {
  /** `end` is the offset behind the last of the records. */
  consume(records: unknown[], end: number): Promise<void>
  /** A line whose checksum or form is wrong; `torn` when the file ends in the middle of it. */
  bad(line: string, torn: boolean): Promise<void>
}

/** One file of checksummed lines, appended to and read from the front. */
export class SpoolFile {
  readonly path: string
  readonly #handle: FileHandle
  #written = 0
  #read = 0
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Creates the file and makes its name durable. */
  static async create(path: string): Promise<SpoolFile> {
    const file = new SpoolFile(path, await open(path, 'ax+', 0o600))
    const dir = await open(dirname(path), 'r')
    await dir.sync().finally(() => dir.close())
    return file
  }

  /** Bytes not consumed yet. */
  get bytes(): number {
    return this.#written - this.#read
  }

  /** Writes records with one write and one sync. On failure the file is cut back to what was acknowledged. */
  append(records: readonly object[], maxBytes: number, sync = syncData): Promise<void> {
    const block = Buffer.from(records.map(line).join(''))
    return this.#exclusively(async () => {
      if (this.#written + block.length > maxBytes) {
        throw new AppError('spool.full', `the spool holds ${this.#written} bytes and takes no more`, {
          fix: 'bring the store back, or raise inbox.spoolBytes',
        })
      }
      try {
        await this.#handle.appendFile(block)
        await sync(this)
      } catch (error) {
        await this.#handle.truncate(this.#written).catch(() => undefined)
        throw error
      }
      this.#written += block.length
    })
  }

  /** Makes what was appended durable. */
  async datasync(): Promise<void> {
    await this.#handle.datasync()
  }

  /** Gives everything acknowledged so far to `consume`, from where the last call got to. */
  async read(consume: (records: unknown[]) => Promise<void>, bad: LineSink['bad']): Promise<void> {
    await readRecords(this.#handle, this.#read, this.#written, {
      bad,
      consume: async (records, end) => {
        await consume(records)
        this.#read = end
      },
    })
  }

  /** Empties the file when everything in it was read; false when more has been appended meanwhile. */
  async resetIfRead(): Promise<boolean> {
    return this.#exclusively(async () => {
      if (this.#read < this.#written) return false
      await this.#handle.truncate(0)
      this.#read = 0
      this.#written = 0
      return true
    })
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#handle.close()
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work)
    this.#writing = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
}

/** Reads lines between two offsets and sorts the good from the bad. */
export async function readRecords(handle: FileHandle, from: number, to: number, sink: LineSink): Promise<void> {
  let at = from
  let rest = Buffer.alloc(0)
  let records: unknown[] = []
  let end = from
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const flush = async () => {
    const group = records
    records = []
    await sink.consume(group, end)
  }
  while (at < to) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, to - at), at)
    if (bytesRead === 0) break
    at += bytesRead
    let bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
    for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10)) {
      const record = parse(bytes.subarray(0, newline))
      if (record === undefined) await sink.bad(bytes.toString('utf8', 0, newline), false)
      else records.push(record)
      end += newline + 1
      bytes = bytes.subarray(newline + 1)
      if (records.length >= GROUP) await flush()
    }
    rest = bytes
  }
  if (rest.length > 0) {
    await sink.bad(rest.toString('utf8'), true)
    end += rest.length
  }
  await flush()
}

const syncData = (file: SpoolFile) => file.datasync()

function line(record: object): string {
  const json = JSON.stringify(record)
  return `${checksum(json)} ${json}\n`
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  const json = text.slice(9)
  if (text[8] !== ' ' || text.slice(0, 8) !== checksum(json)) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}
