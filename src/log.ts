import { createHash } from 'node:crypto'
import { pino } from 'pino'
import type { Logger } from './core/log.js'

/** Where finished lines go; standard output unless a test takes them. */
export interface LogSink {
  write(line: string): void
}

/**
 * The product's logger: one JSON line a thing that happened. Whatever a caller passes, the finished line is scrubbed:
 * the secrets given here, access tokens, app secrets, phone numbers (138****1234) and openids (shortened, with a hash
 * that still tells two people apart) never reach the sink.
 */
export function createLogger(options: { level: string; secrets: readonly string[]; sink?: LogSink }): Logger {
  const scrub = createScrubber(options.secrets)
  const sink = options.sink ?? process.stdout
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    { write: (line: string) => void sink.write(scrub(line)) },
  )
}

/** A function that takes the secrets out of any text. */
export function createScrubber(secrets: readonly string[]): (line: string) => string {
  const known = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret), jsonText(secret)]))]
    .filter((secret) => secret.length >= 3)
    .sort((a, b) => b.length - a.length)
  return (line) => {
    let out = line
    for (const secret of known) if (out.includes(secret)) out = out.replaceAll(secret, '[secret]')
    return out
      .replace(
        /((?:access_token|appsecret|secret|session_key|ticket)\\?["']?\s*[=:]\s*\\?["']?)[\w.~%+/-]{6,}/gi,
        '$1[secret]',
      )
      .replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2')
      .replace(/(?<![\w-])o[\w-]{27}(?![\w-])/g, shorten)
  }
}

const jsonText = (value: string) => JSON.stringify(value).slice(1, -1)

function shorten(openid: string): string {
  return `${openid.slice(0, 5)}~${createHash('sha1').update(openid).digest('hex').slice(0, 8)}`
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  return { type: error.name, code: (error as { code?: unknown }).code, message: error.message, stack: error.stack }
}
