import type { createParser, Outcome } from './parse.js'
import type { ContentProblem } from './problem.js'
import type { Reading } from './read.js'
import { placeOf, type Source, type TextFile } from './source.js'

/** What is served after a reading, and what is wrong with the files as they are on disk. */
export interface Settled {
  served: Source
  outcome: Outcome
  problems: ContentProblem[]
  /** Files that stay at their last good version. */
  held: string[]
}

/**
 * Decides what to serve: the files as read, except that a file an edit broke stays at the version served before, and a
 * deleted one stays while others still name it. On the first reading there is nothing to hold on to.
 */
export function settle(
  previous: Source | undefined,
  reading: Reading,
  parse: ReturnType<typeof createParser>,
): Settled {
  const onDisk = parse(reading.source)
  const problems = [...reading.problems, ...onDisk.problems]
  const current = byPath(reading.source.files)
  const before = byPath(previous?.files ?? [])
  const unreadable = [...filesWithErrors(reading.problems)].filter((file) => before.has(file))
  const candidate = new Map(current)
  for (const path of unreadable) hold(path, before, candidate)
  let outcome = onDisk
  let served = reading.source
  let changed = unreadable.length > 0
  do {
    if (changed) {
      served = { files: [...candidate.values()], media: reading.source.media }
      outcome = parse(served)
    }
    changed = false
    for (const path of filesWithErrors(outcome.problems)) changed = hold(path, before, candidate) || changed
    if (!changed)
      for (const path of stillNamed(outcome, before, candidate)) changed = hold(path, before, candidate) || changed
  } while (changed)
  const held = [...candidate.values()]
    .filter((file) => current.get(file.path)?.text !== file.text)
    .map((file) => file.path)
  return { served, outcome, problems, held }
}

function hold(path: string, before: Map<string, TextFile>, candidate: Map<string, TextFile>): boolean {
  const good = before.get(path)
  if (good === undefined || candidate.get(path)?.text === good.text) return false
  candidate.set(path, good)
  return true
}

function filesWithErrors(problems: readonly ContentProblem[]): Set<string> {
  return new Set(problems.filter((each) => each.severity === 'error').map((each) => each.file))
}

/** Deleted files that something still names. */
function stillNamed(outcome: Outcome, before: Map<string, TextFile>, candidate: Map<string, TextFile>): string[] {
  const named = new Set(
    outcome.files.flatMap((file) => file.references.map((reference) => `${reference.kind}s/${reference.target}`)),
  )
  return [...before.keys()].filter((path) => {
    const place = placeOf(path)
    return !candidate.has(path) && place !== undefined && named.has(`${place.folder}/${place.slug}`)
  })
}

function byPath(files: readonly TextFile[]): Map<string, TextFile> {
  return new Map(files.map((file) => [file.path, file]))
}
