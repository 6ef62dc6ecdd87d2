import { CheckCircleOutlined, ExclamationCircleOutlined } from '@ant-design/icons'
import { Link } from 'react-router'
import { given, useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'

const EVERY = { everyMs: 60_000 }

/** What waits for a decision, made from what the person may see. */
export function ToDo() {
  const { t } = useWords()
  const may = useMay()
  const input = <T,>(scope: string, value: T) => (may(scope) ? value : undefined)
  const deliveries = useCall('countDeliveries', input('deliveries:read', {}), EVERY)
  const paused = useCall(
    'listCampaigns',
    input('campaigns:read', { query: given({ state: 'paused' as const }) }),
    EVERY,
  )
  const drafts = useCall(
    'listCampaigns',
    input('campaigns:write', { query: given({ state: 'estimated' as const }) }),
    EVERY,
  )
  const full = useCall('listGroups', input('groups:read', { query: { nearlyFull: 'true', limit: 100 } }), EVERY)
  const alerts = useCall('alertStatus', input('operations:read', {}), EVERY)
  const stopped = alerts.data && [...alerts.data.robots, ...alerts.data.chats].filter((place) => place.stopped).length
  const all: { word: AnyWord; count: number | undefined; to: string }[] = [
    { word: 'todo.uncertain', count: deliveries.data?.['uncertain'], to: '/deliveries?state=uncertain' },
    { word: 'todo.failed', count: deliveries.data?.['failed'], to: '/deliveries?state=failed' },
    { word: 'todo.paused', count: paused.data?.campaigns.length, to: '/campaigns?state=paused' },
    { word: 'todo.approve', count: drafts.data?.campaigns.length, to: '/campaigns?state=estimated' },
    { word: 'todo.full', count: full.data?.groups.length, to: '/groups?nearlyFull=true' },
    { word: 'todo.alerts', count: stopped, to: '/alerts?tab=places' },
  ]
  const lines = all.filter(({ count }) => count !== undefined && count > 0)
  const known = all.some(({ count }) => count !== undefined)
  const asking = [deliveries, paused, drafts, full, alerts].some(({ loading, data }) => loading && !data)
  if (lines.length === 0 && (!known || asking)) return null
  return (
    <section className="panel" data-testid="to-do">
      {lines.length === 0 ? (
        <span>
          <CheckCircleOutlined className="good" /> {t('todo.nothing')}
        </span>
      ) : (
        <ul className="rows">
          {lines.map(({ word, count = 0, to }) => (
            <li key={word}>
              <ExclamationCircleOutlined className="warn" />
              <Link to={to}>{t(word, { n: count })}</Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
