import type { ReactNode } from 'react'
import type { Problem } from './shapes.js'

/** A field of a form: its name, how much of the platform's limit is used, what it is for, what is wrong with it. */
export function Field(props: {
  label: string
  of: string
  problems: readonly Problem[]
  about?: ReactNode
  /** How long it is and how long it may be. */
  length?: { now: number; most: number }
  children: ReactNode
}) {
  const { label, of, problems, about, length, children } = props
  const own = problems.filter(({ field }) => field === of || field.startsWith(`${of}.`) || field.startsWith(`${of}[`))
  return (
    <div className="field" data-field={of}>
      <div className="field-head">
        <b>{label}</b>
        {about !== undefined && <span className="quiet">{about}</span>}
        {length && (
          <span className={`field-length ${length.now > length.most ? 'bad' : 'quiet'}`}>
            {length.now} / {length.most}
          </span>
        )}
      </div>
      {children}
      <FieldProblems problems={own} />
    </div>
  )
}

/** What is wrong, each with the way to mend it. */
export function FieldProblems({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <ul className="field-problems">
      {problems.map(({ field, message, fix, severity, line }) => (
        <li key={`${field}${line}${message}`} className={severity === 'error' ? 'bad' : 'warn'}>
          {message} <span className="quiet">{fix}</span>
        </li>
      ))}
    </ul>
  )
}

/** How long a text is as people count: one a sign, also for emoji. */
export const signs = (text: string): number => [...text].length
