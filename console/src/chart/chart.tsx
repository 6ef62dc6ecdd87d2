import { Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import type { Series } from './draw.js'

const Drawn = lazy(() => import('./drawn.js').then((part) => ({ default: part.Drawn })))

/** A chart; its library is loaded when the first one is shown. The numbers also stand in a table for screen readers. */
export function Chart(props: {
  title: string
  labels: readonly string[]
  series: readonly Series[]
  kind: 'bar' | 'line'
}) {
  const { title, labels, series } = props
  return (
    <figure className="chart" aria-label={title}>
      <Suspense fallback={<Skeleton active />}>
        <Drawn {...props} />
      </Suspense>
      <table className="hidden">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th />
            {series.map(({ name }) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => (
            <tr key={label}>
              <th>{label}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{values[index]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
