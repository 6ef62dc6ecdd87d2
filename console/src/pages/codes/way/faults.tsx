import type { ReactNode } from 'react'
import type { ApiProblem } from '../../../api/problem.js'
import { at, same } from './definition.js'

/** What the API refused at a field, as a form item shows it. */
export interface Faulty {
  validateStatus?: 'error'
  help?: ReactNode
}

/** Finds what is wrong at a field (`slots[1].staff`) and, unless `own`, at all that it holds. */
export type Fault = (name: string, own?: 'own') => Faulty

/** The faults of a refusal. One counts for as long as what it names is as it was `sent`: a mended field has none. */
export function faultsOf(problem: ApiProblem | undefined, sent: unknown, now: unknown): Fault {
  const fields = (problem?.fields ?? []).filter(({ field }) => same(at(sent, field), at(now, field)))
  return (name, own) => {
    const found = fields.filter(({ field }) => {
      const below = field.startsWith(`${name}[`) || field.startsWith(`${name}.`)
      return field === name || (below && own === undefined)
    })
    if (found.length === 0) return {}
    const help = found.map(({ field, message, fix }) => {
      const named = /\[\d+\]$/.test(field) ? at(sent, field) : undefined
      return (
        <div key={`${field} ${message}`} data-fault={field}>
          {typeof named === 'string' && <code>{named}</code>} {message}
          {fix !== undefined && <div className="quiet">{fix}</div>}
        </div>
      )
    })
    return { validateStatus: 'error', help }
  }
}
