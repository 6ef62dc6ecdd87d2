import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../core/errors.js'

/**
 * Seals secrets that must be known again (a signature can only be checked with the secret itself), so that a copy of
 * the store alone opens nothing: AES-256-GCM under a master key that never lies in the store. Every sealed text names
 * its master key, so that the key can be changed while old texts stay readable.
 */
export interface Vault {
  /** `context` says what the text belongs to; it opens only with the same one. */
  seal(text: string, context: string): string
  /** Throws AppError `unavailable.vault` when the master key is not here or the text was changed. */
  open(sealed: string, context: string): string
  /** True when the text was sealed with another than the current master key: seal it anew. */
  isOld(sealed: string): boolean
}

interface MasterKey {
  id: string
  bytes: Buffer
}

const FILE = 'master.key'

/**
 * Opens the vault. `material` is the value of WELOOP_MASTER_KEY: 32 bytes in base64, several joined by commas with the
 * current one in front and former ones behind. Empty: `master.key` in `dir`, made on first use and readable by its
 * owner only; processes on several machines need the environment variable. Throws AppError `vault.key`.
 */
export async function openVault({ material, dir }: { material: string; dir: string }): Promise<Vault> {
  const keys = parse(material === '' ? await keyFile(dir) : material)
  const current = keys[0]
  if (!current) throw unfit()

  return {
    seal(text, context) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', current.bytes, iv).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return ['v1', current.id, iv.toString('base64url'), sealed.toString('base64url')].join('.')
    },
    open(sealed, context) {
      const [version, id, iv = '', body = ''] = sealed.split('.')
      const key = keys.find((one) => one.id === id)
      if (version !== 'v1' || !key) throw closed(`the master key ${String(id)} is not here`)
      const bytes = Buffer.from(body, 'base64url')
      try {
        const cipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
        cipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16))
        return cipher.update(bytes.subarray(0, -16), undefined, 'utf8') + cipher.final('utf8')
      } catch {
        throw closed('a sealed secret was changed or belongs elsewhere')
      }
    },
    isOld: (sealed) => sealed.split('.')[1] !== current.id,
  }
}

function parse(material: string): MasterKey[] {
  return material
    .trim()
    .split(/[\s,]+/)
    .map((text) => {
      const bytes = Buffer.from(text, 'base64')
      if (bytes.length !== 32) throw unfit()
      return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
    })
}

/** Two processes that start together agree on one file: a link is made once. */
async function keyFile(dir: string): Promise<string> {
  const file = path.join(dir, FILE)
  const known = await readKey(file)
  if (known !== undefined) return known
  await mkdir(dir, { recursive: true })
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    await link(fresh, file)
    await chmod(file, 0o600)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await unlink(fresh)
  }
  return (await readKey(file)) ?? ''
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

const unfit = () =>
  new AppError('vault.key', 'the master key is not 32 bytes in base64', {
    fix: 'set WELOOP_MASTER_KEY to the output of `openssl rand -base64 32`, or restore master.key of the data folder',
  })

const closed = (what: string) =>
  new AppError('unavailable.vault', what, {
    fix: 'add the former master key behind the current one in WELOOP_MASTER_KEY, or make the API key anew',
  })
