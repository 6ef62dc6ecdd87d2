import { Form } from 'antd'
import { type ReactNode, useId } from 'react'
import type { Faulty } from './faults.js'

interface Shown {
  label: string
  /** What it is for. */
  about?: ReactNode
  /** The platform's limit. */
  limit?: ReactNode
  wrong: Faulty
}

/** A field with its name, what it is for, its limit and what was refused. The id belongs to its input. */
export function Field({ children, ...shown }: Shown & { children(id: string): ReactNode }) {
  const id = useId()
  return (
    <Form.Item label={shown.label} htmlFor={id} {...extraOf(shown)} {...shown.wrong}>
      {children(id)}
    </Form.Item>
  )
}

/** The same for several inputs that belong together. */
export function FieldGroup({ children, ...shown }: Shown & { children: ReactNode }) {
  return (
    <Form.Item label={shown.label} {...extraOf(shown)} {...shown.wrong}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset takes no part in the layout of a form item */}
      <div role="group" aria-label={shown.label} className="way-group">
        {children}
      </div>
    </Form.Item>
  )
}

/** What is wrong with a whole: a row, a list. */
export function Wrong({ of: { help } }: { of: Faulty }) {
  return help === undefined ? null : (
    <div className="bad" role="alert">
      {help}
    </div>
  )
}

function extraOf({ about, limit }: Shown): { extra?: ReactNode } {
  if (about === undefined && limit === undefined) return {}
  return {
    extra: (
      <span className="way-about">
        {about !== undefined && <span>{about}</span>}
        {limit}
      </span>
    ),
  }
}
