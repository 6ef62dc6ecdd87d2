import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../../src/core/log.js'
import { openEvidence } from '../../../src/outbox/bulk/evidence.js'
import { isGone, processMark } from '../../../src/outbox/bulk/process-mark.js'

const linux = process.platform === 'linux' ? describe : describe.skip
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'weloop-evidence-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const AT = new Date(1_790_000_000_000)
const NOTE = { channel: 'customer-message' } as const

/** A process that has ended, with its mark. */
async function endedProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const mark = processMark(child.pid)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  if (!mark) throw new Error('no mark')
  return mark
}

linux('processes', () => {
  test('are gone when they have ended, and not while they live or when nothing can be told', async () => {
    const mark = await endedProcess()
    expect(isGone(mark)).toBe(true)
    const own = processMark()
    expect(own && isGone(own)).toBe(false)
    expect(isGone({ ...mark, boot: 'another start of the machine' })).toBe(false)
    expect(isGone({ ...mark, space: 'pid:[1]' })).toBe(false)
    expect(own && isGone({ ...own, began: '1' })).toBe(true)
  })
})

linux('evidence', () => {
  /** Writes as a process that is gone by the time it is read. */
  async function leftBy(owner: string, write: (evidence: ReturnType<typeof openEvidence>) => void) {
    write(openEvidence(dir, owner, silentLogger))
    writeFileSync(path.join(dir, `${owner}.json`), JSON.stringify(await endedProcess()))
    return openEvidence(dir, 'reader', silentLogger)
  }

  test('tells which calls were begun and how they ended', async () => {
    const reader = await leftBy('a', (evidence) => {
      const witness = evidence.witness('c:1', 3)
      expect(witness.begun([1, 2])).toBe(true)
      witness.ended(1, 'sent', { at: AT, note: NOTE })
      witness.ended(2, 'failed', { at: AT, note: { ...NOTE, reason: 'a b', code: 1 } })
      expect(witness.begun([7])).toBe(true)
      witness.ended(7, 'sent', { at: AT, note: NOTE })
    })
    expect(reader.gone()).toEqual(['a'])
    const found = reader.read('a', 'c:1', 3)
    expect([...(found?.begun ?? [])]).toEqual([1, 2, 7])
    expect([...(found?.ends ?? [])]).toEqual([
      [1, { state: 'sent', at: AT, note: NOTE }],
      [2, { state: 'failed', at: AT, note: { ...NOTE, reason: 'a b', code: 1 } }],
    ])
    expect(reader.read('a', 'c:1', 4)).toBeUndefined()
    expect(reader.read('a', 'c:2', 3)).toBeUndefined()
    expect(reader.read('b', 'c:1', 3)).toBeUndefined()
    reader.forget('a')
    expect(reader.gone()).toEqual([])
    expect(reader.read('a', 'c:1', 3)).toBeUndefined()
  })

  test('of a living process is not believed: it may still go on', () => {
    const living = openEvidence(dir, 'a', silentLogger)
    living.witness('c:1', 1).begun([1])
    const reader = openEvidence(dir, 'reader', silentLogger)
    expect(reader.gone()).toEqual([])
    expect(reader.read('a', 'c:1', 1)).toBeUndefined()
  })

  test('ends with the last whole line', async () => {
    const reader = await leftBy('a', (evidence) => {
      const witness = evidence.witness('c:1', 1)
      witness.begun([1])
      const file = readdirSync(dir).find((name) => name.endsWith('.log'))
      appendFileSync(path.join(dir, String(file)), 'b 2')
    })
    expect([...(reader.read('a', 'c:1', 1)?.begun ?? [])]).toEqual([1])
  })

  test('a repetition makes the earlier end void', async () => {
    const reader = await leftBy('a', (evidence) => {
      const witness = evidence.witness('c:1', 1)
      witness.begun([1])
      witness.ended(1, 'retry', { at: AT, note: NOTE })
      witness.begun([1])
    })
    expect(reader.read('a', 'c:1', 1)?.ends.size).toBe(0)
  })

  test('leaves nothing behind when all is written and the process ends in order', () => {
    const evidence = openEvidence(dir, 'a', silentLogger)
    const witness = evidence.witness('c:1', 1)
    witness.begun([1])
    witness.close()
    evidence.close()
    expect(readdirSync(dir)).toEqual([])
  })

  test('is not kept without a directory, and then nothing is claimed', () => {
    const none = openEvidence(undefined, 'a', silentLogger)
    expect(none.kept).toBe(false)
    expect(none.witness('c', 1).begun([1])).toBe(true)
    expect(none.read('a', 'c', 1)).toBeUndefined()
  })
})
