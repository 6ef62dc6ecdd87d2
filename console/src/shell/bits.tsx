import { Tag, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../words/use-words.js'
import type { LabelKind } from '../words/words.js'

const TONES: Readonly<Record<string, string>> = {
  sent: 'success',
  done: 'success',
  live: 'success',
  confirmed: 'success',
  active: 'success',
  running: 'processing',
  sending: 'processing',
  scheduled: 'processing',
  expanding: 'processing',
  claimed: 'processing',
  retry: 'warning',
  uncertain: 'warning',
  paused: 'warning',
  waiting: 'warning',
  held: 'warning',
  unclear: 'warning',
  pending: 'warning',
  failed: 'error',
  stopped: 'error',
  refused: 'error',
  gone: 'error',
  lost: 'error',
  disabled: 'error',
}

/** A state as a coloured word; the colour never says more than the word does. */
export function State({ kind, code }: { kind: LabelKind; code: string }) {
  const { label } = useWords()
  return (
    <Tag color={TONES[code] ?? 'default'} data-state={code}>
      {label(kind, code)}
    </Tag>
  )
}

/** A moment, with the exact one on hovering. */
export function Moment({ at }: { at: string | undefined }) {
  const { moment } = useWords()
  if (at === undefined) return <span className="quiet">—</span>
  return (
    <Tooltip title={at}>
      <time dateTime={at}>{moment(at)}</time>
    </Tooltip>
  )
}

/** Names and values below each other. */
export function Fields({ lines }: { lines: readonly (readonly [string, ReactNode] | undefined)[] }) {
  return (
    <dl className="fields wide">
      {lines.map(
        (line) =>
          line && (
            <div key={line[0]}>
              <dt>{line[0]}</dt>
              <dd>{line[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** Counts by a code, the largest first: `未关注 1,204 · 静默时段 33`. */
export function Counts({ kind, counts }: { kind: LabelKind; counts: Readonly<Record<string, number>> }) {
  const { label, number } = useWords()
  const lines = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, one], [, other]) => other - one)
  if (lines.length === 0) return <span className="quiet">—</span>
  return (
    <ul className="counts">
      {lines.map(([code, count]) => (
        <li key={code}>
          {label(kind, code)} <b>{number(count)}</b>
        </li>
      ))}
    </ul>
  )
}
