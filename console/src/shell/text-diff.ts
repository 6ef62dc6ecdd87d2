/** A stretch of a text that is alike in both, only in the first, or only in the second. */
export interface DiffPart {
  kind: 'same' | 'gone' | 'new'
  text: string
}

/** A line of a difference; a line that was changed has its parts, so that the change inside of it can be shown. */
export interface DiffLine extends DiffPart {
  /** 1-based, in the text the line stands in (the second one for `same`). */
  line: number
  parts?: readonly DiffPart[]
}

/** Lines, or how many that are alike were left out. */
export type DiffRow = DiffLine | { kind: 'skipped'; lines: number }

/** Beyond so many comparisons a stretch counts as replaced as a whole: a page must not stand still. */
const MOST_CELLS = 4_000_000
/** A changed line is looked into as long as this much of it is alike. */
const LIKENESS = 0.3

/** What makes the second text of the first, line by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  let [at, to] = [0, 0]
  const found = diff(old, fresh).map(({ kind, text }): DiffLine => {
    if (kind !== 'new') at++
    if (kind !== 'gone') to++
    return { kind, text, line: kind === 'gone' ? at : to }
  })
  return paired(found)
}

/** What makes the second text of the first, sign by sign. */
export function diffSigns(before: string, after: string): DiffPart[] {
  const joined: DiffPart[] = []
  for (const part of diff([...before], [...after])) {
    const last = joined.at(-1)
    if (last?.kind === part.kind) last.text += part.text
    else joined.push({ ...part })
  }
  return joined
}

/** The lines that changed with `around` lines beside them; the rest is only counted. */
export function shortened(lines: readonly DiffLine[], around = 3): DiffRow[] {
  const near = (index: number) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same')
  const rows: DiffRow[] = []
  for (const [index, line] of lines.entries()) {
    const last = rows.at(-1)
    if (near(index)) rows.push(line)
    else if (last?.kind === 'skipped') last.lines++
    else rows.push({ kind: 'skipped', lines: 1 })
  }
  return rows
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\r\n?/g, '\n').split('\n'))

/** A longest common subsequence of what is left between the alike beginning and end. */
function diff(before: readonly string[], after: readonly string[]): DiffPart[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ]
}

const same = (text: string): DiffPart => ({ kind: 'same', text })
const gone = (text: string): DiffPart => ({ kind: 'gone', text })
const fresh = (text: string): DiffPart => ({ kind: 'new', text })

function middle(before: readonly string[], after: readonly string[]): DiffPart[] {
  const [rows, columns] = [before.length, after.length]
  if (rows === 0 || columns === 0 || rows * columns > MOST_CELLS) return [...before.map(gone), ...after.map(fresh)]
  const width = columns + 1
  const lengths = new Uint32Array((rows + 1) * width)
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const parts: DiffPart[] = []
  let [row, column] = [0, 0]
  while (row < rows || column < columns) {
    const [old = '', now = ''] = [before[row], after[column]]
    if (row < rows && column < columns && old === now) {
      parts.push(same(old))
      row++
      column++
    } else if (row < rows && (column >= columns || at(row + 1, column) >= at(row, column + 1))) {
      parts.push(gone(old))
      row++
    } else {
      parts.push(fresh(now))
      column++
    }
  }
  return parts
}

/** Gives lines that replace each other their inner difference. */
function paired(lines: readonly DiffLine[]): DiffLine[] {
  const done: DiffLine[] = []
  for (let index = 0; index < lines.length; ) {
    if (lines[index]?.kind === 'same') {
      done.push(...lines.slice(index, ++index))
      continue
    }
    const until = lines.findIndex(({ kind }, later) => later > index && kind === 'same')
    const stretch = lines.slice(index, until < 0 ? undefined : until)
    const old = stretch.filter(({ kind }) => kind === 'gone')
    const now = stretch.filter(({ kind }) => kind === 'new')
    const pairs = old.map((line, place) => innerDiff(line.text, now[place]?.text))
    const partsOf = (place: number, other: DiffPart['kind']) => {
      const parts = pairs[place]?.filter(({ kind }) => kind !== other)
      return parts ? { parts } : {}
    }
    done.push(...old.map((line, place) => ({ ...line, ...partsOf(place, 'new') })))
    done.push(...now.map((line, place) => ({ ...line, ...partsOf(place, 'gone') })))
    index += stretch.length
  }
  return done
}

function innerDiff(before: string, after: string | undefined): DiffPart[] | undefined {
  if (after === undefined || before.length * after.length > MOST_CELLS) return undefined
  const parts = diffSigns(before, after)
  const alike = parts.filter(({ kind }) => kind === 'same').reduce((sum, { text }) => sum + text.length, 0)
  return alike >= LIKENESS * Math.max(before.length, after.length) ? parts : undefined
}
