import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openSpool } from '../../src/inbox/spool.js'
import { recorder } from './setup.js'

let dir: string
let log: ReturnType<typeof recorder>
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-spool-'))
  log = recorder()
})

afterEach(() => rm(dir, { recursive: true, force: true }))

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({ n: from + at }))
const spoolFile = async () => join(dir, (await readdir(dir)).find((name) => name.endsWith('.spool')) ?? '')
async function drained(spool: Awaited<ReturnType<typeof openSpool>>): Promise<unknown[]> {
  const records: unknown[] = []
  await spool.drain(async (group) => void records.push(...group))
  return records
}

describe('the spool', () => {
  test('gives back in order what was appended, also what is appended meanwhile', async () => {
    const spool = await openSpool({ dir, maxBytes: 1_000_000, log })
    await Promise.all([spool.append(numbers(0, 450)), spool.append(numbers(450, 50))])
    const seen: unknown[] = []
    let more = true
    await spool.drain(async (group) => {
      seen.push(...group)
      if (more) await spool.append(numbers(500, 3))
      more = false
    })
    expect(seen).toEqual(numbers(0, 503))
    expect(spool.bytes).toBe(0)
    await spool.close()
    expect(await readdir(dir)).toEqual([])
  })

  test('gives a group again whose consumer failed, and nothing before it', async () => {
    const spool = await openSpool({ dir, maxBytes: 1_000_000, log })
    await spool.append(numbers(0, 500))
    let groups = 0
    const failing = spool.drain(async () => {
      if (++groups === 2) throw new Error('store gone')
    })
    await expect(failing).rejects.toThrow('store gone')
    expect(await drained(spool)).toEqual(numbers(200, 300))
    await spool.close()
  })

  test('outlives its process: the next one adopts the file, tolerates a torn tail and sets corrupt lines aside', async () => {
    const spool = await openSpool({ dir, maxBytes: 1_000_000, log })
    await spool.append(numbers(0, 5))
    await spool.close()
    const path = await spoolFile()
    const lines = (await readFile(path, 'utf8')).split('\n')
    lines[2] = String(lines[2]).replace('"n":2', '"n":9')
    await writeFile(path, lines.join('\n'))
    await appendFile(path, 'deadbeef {"n":5')
    const next = await openSpool({ dir, maxBytes: 1_000_000, log })
    expect(next.bytes).toBeGreaterThan(0)
    expect(await drained(next)).toEqual([{ n: 0 }, { n: 1 }, { n: 3 }, { n: 4 }])
    expect(next.bytes).toBe(0)
    await next.close()
    expect(await readdir(dir)).toEqual(['quarantine.log'])
    expect(await readFile(join(dir, 'quarantine.log'), 'utf8')).toMatch(/"n":9}\ndeadbeef \{"n":5\n/)
    expect(log.lines).toContain('error corrupt line of a spool set aside')
    expect(log.lines).toContain('warn torn tail of a spool set aside; it was never acknowledged')
  })

  test('does not touch the file of a living process', async () => {
    await writeFile(join(dir, `1-abc.${process.ppid}.elsewhere.spool`), 'x')
    const first = await openSpool({ dir, maxBytes: 1_000_000, log })
    await first.append(numbers(0, 1))
    const second = await openSpool({ dir, maxBytes: 1_000_000, log })
    expect(second.bytes).toBe(0)
    expect(await drained(first)).toEqual(numbers(0, 1))
    await first.close()
    await second.close()
  })

  test('refuses beyond its limit and takes again after it was drained', async () => {
    const spool = await openSpool({ dir, maxBytes: 200, log })
    await spool.append(numbers(0, 5))
    await expect(spool.append(numbers(5, 20))).rejects.toMatchObject({ code: 'spool.full' })
    expect(spool.writable).toBe(false)
    expect(await drained(spool)).toEqual(numbers(0, 5))
    await spool.append(numbers(5, 5))
    expect(spool.writable).toBe(true)
    expect(await drained(spool)).toEqual(numbers(5, 5))
    await spool.close()
  })

  test('keeps nothing of an append whose sync failed', async () => {
    let broken = false
    const spool = await openSpool({
      dir,
      maxBytes: 1_000_000,
      log,
      sync: async (file) => {
        if (broken) throw new Error('ENOSPC')
        await file.datasync()
      },
    })
    await spool.append(numbers(0, 2))
    broken = true
    await expect(spool.append(numbers(2, 2))).rejects.toMatchObject({ code: 'spool.failed' })
    expect(spool.writable).toBe(false)
    broken = false
    await spool.append(numbers(4, 2))
    expect(await drained(spool)).toEqual([{ n: 0 }, { n: 1 }, { n: 4 }, { n: 5 }])
    await spool.close()
  })
})
