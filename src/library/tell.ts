import type { Logger } from '../core/log.js'
import type { ContentProblem } from './problem.js'

/** Logs what is newly wrong and which files have been mended, once each. */
export function tell(
  log: Logger,
  before: readonly ContentProblem[],
  now: readonly ContentProblem[],
  held: readonly string[],
): void {
  const known = new Set(before.map((each) => JSON.stringify(each)))
  for (const each of now) {
    if (known.has(JSON.stringify(each))) continue
    const { severity, file, line, field, message, fix } = each
    const fields = { file, line, field, problem: message, fix }
    if (severity === 'error') log.warn(fields, 'content problem found')
    else log.info(fields, 'content warning found')
  }
  if (held.length > 0) log.warn({ files: held }, 'content files kept at their last good version')
  const broken = new Set(now.filter((each) => each.severity === 'error').map((each) => each.file))
  const mended = new Set(
    before.filter((each) => each.severity === 'error' && !broken.has(each.file)).map((each) => each.file),
  )
  for (const file of mended) log.info({ file }, 'content file recovered')
}
