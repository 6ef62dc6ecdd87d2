import { Skeleton } from 'antd'
import { Link } from 'react-router'
import { useWords } from '../../words/use-words.js'

/** One number with its name; a link where there is more to see. A dash: it could not be asked. */
export function Figure(props: {
  name: string
  value: number | undefined
  loading: boolean
  to?: string
  bad?: boolean
}) {
  const { name, value, loading, to, bad = false } = props
  const { number } = useWords()
  const inner = (
    <>
      <span className="figure-name">{name}</span>
      <span className={bad && value ? 'figure-value bad' : 'figure-value'}>
        {value !== undefined ? number(value) : loading ? <Skeleton.Button active size="small" /> : '—'}
      </span>
    </>
  )
  if (to === undefined) return <div className="figure">{inner}</div>
  return (
    <Link to={to} className="figure">
      {inner}
    </Link>
  )
}
