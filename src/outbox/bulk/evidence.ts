import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { RecipientState } from './chunk.js'
import { isGone, type ProcessMark, processMark } from './process-mark.js'
import type { Note } from './rows.js'

/** How a call ended, as far as the process that made it still wrote down. */
export interface EvidencedEnd {
  state: RecipientState
  at: Date
  note: Note
}

/** What a process that is gone had done with a chunk: the marks of the store that it had not come to are no calls. */
export interface ChunkEvidence {
  begun: ReadonlySet<number>
  ends: ReadonlyMap<number, EvidencedEnd>
}

/** The writing side, for one claimed chunk. */
export interface ChunkWitness {
  /** Written before the calls are made. False: it could not be written, so the calls must not be made. */
  begun(indexes: readonly number[]): boolean
  /** Written with the next `begun` or `sync`. */
  ended(index: number, state: RecipientState, about: { at: Date; note: Note }): void
  sync(): void
  /** The chunk's row says all there is to say. */
  close(): void
}

/**
 * A diary beside the store, on this machine's own disk: which marked calls a process has really begun, and how they
 * ended. It is written without waiting for the disk, so it survives the end of the process but not of the machine. It
 * only ever takes doubt away: without it (another machine, another system than Linux, a restart of the machine)
 * everything that was marked stays uncertain.
 */
export interface Evidence {
  /** False: nothing is written and nothing can be read; marks should be few. */
  readonly kept: boolean
  witness(chunk: string, fence: number): ChunkWitness
  /** Processes of this machine that ended without saying good-bye. */
  gone(): string[]
  /** What a process that is gone wrote about a chunk; undefined when nothing can be told. */
  read(owner: string, chunk: string, fence: number): ChunkEvidence | undefined
  /** Removes what a process that is gone has left. */
  forget(owner: string): void
  close(): void
}

/** Opens the diary of process `owner` in `dir`. Without a directory, or where processes cannot be told apart, none is kept. */
export function openEvidence(dir: string | undefined, owner: string, log: Logger): Evidence {
  const mark = dir === undefined ? undefined : processMark()
  if (dir === undefined || mark === undefined) return NONE
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const card = path.join(dir, `${owner}.json`)
  writeFileSync(card, JSON.stringify(mark), { mode: 0o600 })
  const diaries = new Set<string>()

  function witness(chunk: string, fence: number): ChunkWitness {
    const file = path.join(dir as string, `${owner}.${randomBytes(6).toString('hex')}.log`)
    let fd: number | undefined
    let unwritten = ''
    const write = (line: string): boolean => {
      if (fd === undefined) return false
      try {
        const bytes = Buffer.from(line)
        if (writeSync(fd, bytes) === bytes.length) return true
        throw new Error('it was written in part')
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'evidence cannot be written, doubtful calls stay uncertain')
        close()
        return false
      }
    }
    const close = () => {
      if (fd === undefined) return
      remove(file)
      closeSync(fd)
      diaries.delete(file)
      fd = undefined
    }
    try {
      fd = openSync(file, 'ax', 0o600)
      diaries.add(file)
      write(`${JSON.stringify([chunk, fence])}\n`)
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'evidence cannot be opened, doubtful calls stay uncertain')
    }
    return {
      begun: (indexes) => {
        if (fd === undefined) return true
        const lines = `${unwritten}b ${indexes.join(' ')}\n`
        unwritten = ''
        return write(lines) || !existsSync(file)
      },
      ended: (index, state, { at, note }) => {
        if (fd !== undefined) unwritten += `e ${index} ${state} ${at.getTime()} ${textOf(note)}\n`
      },
      sync: () => {
        if (unwritten === '') return
        write(unwritten)
        unwritten = ''
      },
      close,
    }
  }

  const markOf = (who: string): ProcessMark | undefined => {
    try {
      return JSON.parse(readFileSync(path.join(dir, `${who}.json`), 'utf8')) as ProcessMark
    } catch {
      return undefined
    }
  }
  const goneFor = (who: string) => {
    const found = who === owner ? undefined : markOf(who)
    return found !== undefined && isGone(found)
  }

  return {
    kept: true,
    witness,
    gone: () =>
      readdirSync(dir)
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -5))
        .filter(goneFor),
    read: (who, chunk, fence) => {
      if (!goneFor(who)) return undefined
      for (const name of readdirSync(dir)) {
        if (!name.startsWith(`${who}.`) || !name.endsWith('.log')) continue
        const found = parse(readFileSync(path.join(dir, name), 'utf8'), chunk, fence)
        if (found) return found
      }
      return undefined
    },
    forget: (who) => {
      for (const name of readdirSync(dir)) if (name.startsWith(`${who}.`) && who !== owner) remove(path.join(dir, name))
    },
    close: () => {
      if (diaries.size === 0) remove(card)
    },
  }
}

/** A line that was not written to its end tells nothing; one that speaks of a call that is not begun is no line of ours. */
function parse(content: string, chunk: string, fence: number): ChunkEvidence | undefined {
  const lines = content.slice(0, content.lastIndexOf('\n')).split('\n')
  if (lines[0] !== JSON.stringify([chunk, fence])) return undefined
  const begun = new Set<number>()
  const ends = new Map<number, EvidencedEnd>()
  for (const line of lines.slice(1)) {
    const [kind, first = '', ...rest] = line.split(' ')
    if (kind === 'b') for (const index of [first, ...rest]) begin(Number(index))
    else if (kind === 'e') {
      const [state, at, ...note] = rest
      ends.set(Number(first), {
        state: state as RecipientState,
        at: new Date(Number(at)),
        note: JSON.parse(note.join(' ')) as Note,
      })
    }
  }
  return { begun, ends }

  /** A repetition makes an earlier end of the same recipient void. */
  function begin(index: number): void {
    begun.add(index)
    ends.delete(index)
  }
}

const texts = new WeakMap<Note, string>()

/** Most notes are the same few objects. */
function textOf(note: Note): string {
  const known = texts.get(note)
  if (known !== undefined) return known
  const text = JSON.stringify(note)
  texts.set(note, text)
  return text
}

function remove(file: string): void {
  try {
    unlinkSync(file)
  } catch {}
}

const NONE: Evidence = {
  kept: false,
  witness: () => ({ begun: () => true, ended: () => undefined, sync: () => undefined, close: () => undefined }),
  gone: () => [],
  read: () => undefined,
  forget: () => undefined,
  close: () => undefined,
}
