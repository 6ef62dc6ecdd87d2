import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { auditRows } from '../../src/access/audit/model.js'
import { addAuditCommands, listAudit, verifyAudit } from '../../src/commands/audit.js'
import {
  addUserCommands,
  disableUser,
  enableUser,
  inviteUser,
  listUsers,
  ownerLink,
  resetUser,
} from '../../src/commands/user.js'
import { silentLogger } from '../../src/core/log.js'
import { findRoot } from '../../src/root.js'
import { connectStore } from '../../src/store/connect.js'

const root = findRoot()
let dir: string
let said: string[] = []
const context = () => ({
  root,
  env: { WELOOP_DATA_DIR: dir },
  store: { inProcess: true },
  say: (line: string) => void said.push(line),
})
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'weloop-user-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function run(work: Promise<number>): Promise<{ code: number; lines: string[] }> {
  said = []
  const code = await work
  return { code, lines: said }
}

describe('the people of the console on the command line', () => {
  test('an owner link, an invitation, a reset: each link is printed once and in no log', async () => {
    expect((await run(listUsers(context()))).lines).toEqual(['nobody yet; `weloop user owner-link` makes the first'])
    const link = await run(ownerLink(context()))
    expect(link.lines.join('\n')).toMatch(/\/console\/welcome#[\w-]{43}/)
    const invited = await run(
      inviteUser('li', { ...context(), name: '李雷', role: ['marketer', 'service'], json: true }),
    )
    expect(JSON.parse(invited.lines[0] ?? '')).toMatchObject({
      login: 'li',
      roles: ['marketer', 'service'],
      state: 'invited',
    })
    await expect(inviteUser('x1', { ...context(), name: 'x', role: ['root'] })).rejects.toMatchObject({
      code: 'invalid.roles',
    })
    expect((await run(resetUser('li', { ...context(), reason: 'lost telephone' }))).lines[1]).toMatch(/welcome#/)
    expect((await run(disableUser('li', { ...context(), reason: 'left the shop' }))).lines[0]).toContain('disabled')
    expect((await run(listUsers(context()))).lines).toEqual(['li  李雷  marketer, service  disabled'])
    expect((await run(enableUser('li', context()))).code).toBe(0)
    await expect(enableUser('nobody', context())).rejects.toMatchObject({ code: 'not-found.person' })
    const log = await run(listAudit({ ...context(), limit: '50' }))
    expect(log.lines.map((line) => line.split('  ')[3])).toEqual([
      'person.enabled',
      'person.disabled',
      'person.reset',
      'person.invited',
      'owner-link.made',
    ])
    expect(log.lines.join('\n')).not.toContain(link.lines.join('\n').split('#')[1])
  })

  test('verify says that the log is whole, gives a witness, and ends with 1 when a row was changed', async () => {
    const whole = await run(verifyAudit(context()))
    expect([whole.code, whole.lines[0]]).toEqual([0, '5 rows, whole and in order'])
    const witness = /--witness (\S+)$/.exec(whole.lines[1] ?? '')?.[1] ?? ''
    expect((await run(verifyAudit({ ...context(), witness }))).code).toBe(0)
    await expect(verifyAudit({ ...context(), witness: 'x' })).rejects.toMatchObject({ code: 'invalid.witness' })
    const store = await connectStore({ uri: '', dir, database: 'weloop' }, silentLogger, {
      inProcess: true,
      attempts: 1,
    })
    await auditRows(store.connection).updateOne({ _id: 3 }, { $set: { reason: 'no reason' } })
    await store.close()
    const broken = await run(verifyAudit(context()))
    expect([broken.code, broken.lines]).toEqual([1, ['broken at row 3: the row was changed']])
  })

  test('the commands stand in the program', () => {
    const program = new Command()
    addUserCommands(program, context())
    addAuditCommands(program, context())
    const names = program.commands.map((one) => [one.name(), one.commands.map((inner) => inner.name())])
    expect(names).toEqual([
      ['user', ['owner-link', 'list', 'invite', 'disable', 'enable', 'reset']],
      ['audit', ['verify', 'list']],
    ])
  })
})
