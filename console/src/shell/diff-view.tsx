import { useMemo } from 'react'
import { words } from '../pages/parts/conflict/words.js'
import { useWords, WithWords } from '../words/use-words.js'
import './diff-view.css'
import { type DiffLine, diffLines, shortened } from './text-diff.js'

/** What makes the second text of the first: lines that went, lines that came, and what changed inside of them. */
export function DiffView({ before, after }: { before: string; after: string }) {
  return (
    <WithWords words={words}>
      <Lines before={before} after={after} />
    </WithWords>
  )
}

function Lines({ before, after }: { before: string; after: string }) {
  const { t } = useWords()
  const lines = useMemo(() => diffLines(before, after), [before, after])
  if (lines.every(({ kind }) => kind === 'same')) return <p className="quiet">{t('diff.same')}</p>
  return (
    <div className="diff" data-testid="diff">
      {shortened(lines).map((row, index) =>
        row.kind === 'skipped' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
          <div key={index} className="diff-skipped">
            {t('diff.skipped', { n: row.lines })}
          </div>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
          <Line key={index} line={row} />
        ),
      )}
    </div>
  )
}

function Line({ line }: { line: DiffLine }) {
  const { t } = useWords()
  const { kind, text, parts } = line
  return (
    <div className={`diff-line ${kind}`}>
      <span className="diff-number">{line.line}</span>
      <span className="diff-sign" title={kind === 'same' ? '' : t(kind === 'gone' ? 'diff.gone' : 'diff.new')}>
        {kind === 'gone' ? '−' : kind === 'new' ? '+' : ' '}
      </span>
      <span className="diff-text">
        {parts
          ? parts.map((part, index) =>
              part.kind === 'same' ? (
                part.text
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
                <mark key={index}>{part.text}</mark>
              ),
            )
          : text}
      </span>
    </div>
  )
}
