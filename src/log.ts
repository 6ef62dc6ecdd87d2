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
export function createLogger(options: {
  level: string
  secrets: readonly string[]
  sink?: LogSink
  /** For a person at a terminal instead of JSON. */
  readable?: boolean
}): Logger {
  const scrub = createScrubber(options.secrets)
  const sink = options.sink ?? process.stdout
  const format = options.readable ? (line: string) => readableLine(scrub(line)) : scrub
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    { write: (line: string) => void sink.write(format(line)) },
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

const LEVELS: Record<string, string> = { 20: 'debug', 30: 'info ', 40: 'WARN ', 50: 'ERROR' }

/** One log line for a terminal: time, level, what happened, and the fields behind it. */
export function readableLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as { time: string; level: number; msg: string }
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const clock = new Date(time).toTimeString().slice(0, 8)
  return `${clock} ${LEVELS[String(level)] ?? level} ${msg}${rest.length > 0 ? `  (${rest.join(' ')})` : ''}\n`
}

const jsonText = (value: string) => JSON.stringify(value).slice(1, -1)

function shorten(openid: string): string {
  return `${openid.slice(0, 5)}~${createHash('sha1').update(openid).digest('hex').slice(0, 8)}`
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  return { type: error.name, code: (error as { code?: unknown }).code, message: error.message, stack: error.stack }
}
