import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../core/errors.js'

/** How dear a guess is: scrypt's cost (a power of two), block size and parallelism. */
export interface HashCost {
  /** The exponent: 16 is N = 65,536. */
  logN: number
  r: number
  p: number
}

/** Hashes passwords so that a copy of the store is of little use to guessers. */
export interface PasswordHash {
  make(password: string): Promise<string>
  /**
   * Whether the password fits. Without a hash it takes as long and is false, so that nobody learns who exists. Rejects
   * with AppError `unavailable.busy` when too many wait.
   */
  fits(password: string, hash: string | undefined): Promise<boolean>
  /** True when it was made at another cost than today's: make it anew at the next sign-in. */
  isOld(hash: string): boolean
}

/** 64 MiB and two passes: one of OWASP's equal choices for scrypt. */
export const STANDARD_COST: HashCost = { logN: 16, r: 8, p: 2 }

const BYTES = 32
/** Hashes under way at once in a process; each takes a thread and its memory. */
const AT_ONCE = 2
const WAITING = 32

/** Passwords by scrypt, on threads of the pool; at most two at once. */
export function createPasswordHash({ cost = STANDARD_COST }: { cost?: HashCost } = {}): PasswordHash {
  const turn = createTurns()
  const nobody = randomBytes(16)

  const derive = (password: string, salt: Buffer, { logN, r, p }: HashCost) =>
    turn(() => run(password.normalize('NFKC'), salt, { N: 2 ** logN, r, p, maxmem: 256 * r * 2 ** logN }))

  return {
    async make(password) {
      const salt = randomBytes(16)
      const bytes = await derive(password, salt, cost)
      return `scrypt$${cost.logN}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${bytes.toString('base64url')}`
    },
    async fits(password, hash) {
      const known = hash === undefined ? undefined : parse(hash)
      const bytes = await derive(password, known?.salt ?? nobody, known?.cost ?? cost)
      return known !== undefined && timingSafeEqual(bytes, known.bytes)
    },
    isOld(hash) {
      const made = parse(hash)?.cost
      return made === undefined || made.logN !== cost.logN || made.r !== cost.r || made.p !== cost.p
    },
  }
}

function run(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, BYTES, options, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  })
}

function parse(hash: string): { cost: HashCost; salt: Buffer; bytes: Buffer } | undefined {
  const [kind, logN, r, p, salt = '', body = ''] = hash.split('$')
  const bytes = Buffer.from(body, 'base64url')
  if (kind !== 'scrypt' || bytes.length !== BYTES) return undefined
  return { cost: { logN: Number(logN), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64url'), bytes }
}

/** Lets a few work at once and a few more wait. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy >= AT_ONCE) {
      if (waiting.length >= WAITING) throw new AppError('unavailable.busy', 'too many people sign in at this moment')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else busy += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }
}
