import { Form } from 'antd'
import type { ReactNode } from 'react'
import type { FieldProblem } from '../../api/problem.js'

/** A field of the form with what the API says is wrong with it. */
export function Field(props: {
  label: ReactNode
  id?: string
  problems: readonly FieldProblem[] | undefined
  extra?: ReactNode
  children: ReactNode
}) {
  const { label, id, problems = [], extra, children } = props
  return (
    <Form.Item
      label={label}
      {...(id !== undefined && { htmlFor: id })}
      {...(extra !== undefined && { extra })}
      {...(problems.length > 0 && {
        validateStatus: 'error' as const,
        help: problems.map(({ field, message, fix }) => (
          <div key={`${field}${message}`} data-field={field}>
            {message}
            {fix !== undefined && <div className="quiet">{fix}</div>}
          </div>
        )),
      })}
    >
      {children}
    </Form.Item>
  )
}
