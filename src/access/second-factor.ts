import { AppError } from '../core/errors.js'
import { type PersonRow, personRows } from './model.js'
import { actorOf, type By, type Shared } from './ports.js'
import { ThrottledError } from './throttle.js'
import { newRecoveryCodes, recoveryHash } from './tokens.js'
import { base32, newTotpSecret, totpFits, totpUri } from './totp.js'

/** Codes of an authenticator app, and codes on paper for the day it is lost. */
export interface SecondFactor {
  /** A secret to be put into the app; it counts once a code of it has come (ten minutes). */
  begin(person: PersonRow): Promise<{ secret: string; uri: string }>
  /** Turns it on; the codes on paper are shown this once. Throws AppError `code.wrong`. */
  confirm(person: PersonRow, code: string, by: By): Promise<{ recovery: string[] }>
  /** Turns it off. Throws AppError `code.wrong`. */
  end(person: PersonRow, code: string, by: By): Promise<void>
  /** New codes on paper; the earlier are void. */
  renewRecovery(person: PersonRow, by: By): Promise<string[]>
  /** Takes a code, once; tells which kind it was. */
  prove(person: PersonRow, proof: { code: string } | { recovery: string }): Promise<'totp' | 'recovery' | undefined>
}

const ASKED_MS = 10 * 60_000

/** The second factor on a connection; secrets are sealed. */
export function createSecondFactor({ connection, clock, seal, audit, throttle }: Shared): SecondFactor {
  const rows = () => personRows(connection)
  const context = ({ _id }: PersonRow) => `totp:${_id}`
  const openSecret = (person: PersonRow, sealed: string) => Buffer.from(seal.open(sealed, context(person)), 'base64')

  async function spendCode(person: PersonRow, code: string): Promise<boolean> {
    const { totp } = person
    if (!totp) return false
    const step = totpFits(openSecret(person, totp.sealed), code, clock.now(), totp.lastStep)
    if (step === undefined) return false
    const { matchedCount } = await rows().updateOne(
      { _id: person._id, 'totp.sealed': totp.sealed, 'totp.lastStep': { $lt: step } },
      { $set: { 'totp.lastStep': step } },
    )
    return matchedCount === 1
  }

  async function slowly(person: PersonRow): Promise<void> {
    const wait = await throttle.take([{ name: `code:${person._id}`, limit: 10, windowMs: 15 * 60_000 }])
    if (wait !== undefined) throw new ThrottledError('code', 'too many wrong codes', wait)
  }

  return {
    async begin(person) {
      const secret = newTotpSecret()
      const until = new Date(clock.now().getTime() + ASKED_MS)
      const sealed = seal.seal(secret.toString('base64'), context(person))
      await rows().updateOne({ _id: person._id }, { $set: { totpAsked: { sealed, until } } })
      return { secret: base32(secret), uri: totpUri(secret, person.login) }
    },

    async confirm(person, code, by) {
      await slowly(person)
      const asked = person.totpAsked
      const now = clock.now()
      const step = asked && asked.until > now ? totpFits(openSecret(person, asked.sealed), code, now) : undefined
      if (!asked || step === undefined) throw wrong()
      const recovery = newRecoveryCodes()
      await audit.append({ ...actorOf(by), action: 'second-factor.on', target: person._id, outcome: 'done' })
      const { matchedCount } = await rows().updateOne(
        { _id: person._id, 'totpAsked.sealed': asked.sealed },
        {
          $set: { totp: { sealed: asked.sealed, since: now, lastStep: step }, recovery: recovery.map(recoveryHash) },
          $unset: { totpAsked: '' },
          $inc: { credential: 1, rev: 1 },
        },
      )
      if (matchedCount === 0) throw wrong()
      return { recovery }
    },

    async end(person, code, by) {
      await slowly(person)
      if (!(await spendCode(person, code))) throw wrong()
      await audit.append({ ...actorOf(by), action: 'second-factor.off', target: person._id, outcome: 'done' })
      await rows().updateOne(
        { _id: person._id },
        { $unset: { totp: '', totpAsked: '' }, $set: { recovery: [] }, $inc: { credential: 1, rev: 1 } },
      )
    },

    async renewRecovery(person, by) {
      if (!person.totp) throw new AppError('conflict.second-factor', 'there is no second factor', { fix: 'turn it on' })
      const recovery = newRecoveryCodes()
      await audit.append({ ...actorOf(by), action: 'recovery.renewed', target: person._id, outcome: 'done' })
      await rows().updateOne({ _id: person._id }, { $set: { recovery: recovery.map(recoveryHash) }, $inc: { rev: 1 } })
      return recovery
    },

    async prove(person, proof) {
      if ('code' in proof) return (await spendCode(person, proof.code)) ? 'totp' : undefined
      const hash = recoveryHash(proof.recovery)
      const { modifiedCount } = await rows().updateOne(
        { _id: person._id, recovery: hash },
        { $pull: { recovery: hash } },
      )
      return modifiedCount === 1 ? 'recovery' : undefined
    },
  }
}

const wrong = () => new AppError('code.wrong', 'the code does not fit', { fix: 'take the newest; check the clock' })
