import { Empty, Skeleton } from 'antd'
import { Link } from 'react-router'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Moment, State } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

interface Line {
  key: string
  to: string
  name: string
  state: string
  at: string | undefined
}

/** Pushes and group sends that run or come next, the soonest first. */
export function Plans() {
  const { t } = useWords()
  const may = useMay()
  const pushes = useCall('listCampaigns', { query: { limit: 200 } }, { everyMs: 30_000 })
  const sends = useCall('listGroupSends', may('groups:read') ? { query: { limit: 200 } } : undefined, {
    everyMs: 30_000,
  })
  const lines: Line[] = [
    ...(pushes.data?.campaigns ?? []).map(({ id, state, definition, next }) => {
      return { key: `c:${id}`, to: `/campaigns/${id}`, name: definition.name, state, at: next?.at }
    }),
    ...(sends.data?.groupSends ?? []).map(({ id, state, definition, next }) => {
      return { key: `g:${id}`, to: `/group-sends/${id}`, name: definition.name, state, at: next?.at }
    }),
  ]
    .filter(({ state }) => state === 'running' || state === 'scheduled' || state === 'paused')
    .toSorted((one, other) => (one.at ?? '').localeCompare(other.at ?? ''))
    .slice(0, 8)

  if (pushes.problem) return <ProblemAlert problem={pushes.problem} again={pushes.again} />
  if (!pushes.data) return <Skeleton active />
  if (lines.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('overview.no-plans')} />
  }
  return (
    <ul className="rows">
      {lines.map(({ key, to, name, state, at }) => (
        <li key={key}>
          <State kind="campaign" code={state} />
          <Link to={to} className="grow">
            {name}
          </Link>
          {at !== undefined && <Moment at={at} />}
        </li>
      ))}
    </ul>
  )
}
