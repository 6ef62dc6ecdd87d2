import type { SegmentRule } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { Figure } from './figure.js'

/** Who is counted, as rules that the API counts live. */
const PEOPLE: readonly { word: AnyWord; rule: SegmentRule }[] = [
  { word: 'overview.followers', rule: { follow: { channel: 'oa', state: 'following' } } },
  { word: 'overview.customers', rule: { follow: { channel: 'wecom', state: 'following' } } },
  { word: 'overview.active', rule: { event: { type: 'inbound', within: '1d' } } },
  { word: 'overview.new', rule: { follow: { state: 'following', within: '1d' } } },
]
const EVERY_MS = 60_000

/** How many follow, are customers, wrote lately, are new. */
export function PeopleFigures() {
  return PEOPLE.map((one) => <Counted key={one.word} {...one} />)
}

function Counted({ word, rule }: { word: AnyWord; rule: SegmentRule }) {
  const { t } = useWords()
  const { data, loading } = useCall('countSegment', { body: { rule, sample: 0 } })
  return <Figure name={t(word)} value={data?.count} loading={loading} />
}

/** How many deliveries wait, failed, or have an unclear end. */
export function DeliveryFigures() {
  const { t } = useWords()
  const { data, loading } = useCall('countDeliveries', {}, { everyMs: EVERY_MS })
  const of = (...states: string[]) => data && states.reduce((sum, state) => sum + (data[state] ?? 0), 0)
  return (
    <>
      <Figure
        name={t('overview.waiting')}
        value={of('queued', 'claimed', 'sending', 'retry')}
        loading={loading}
        to="/deliveries?state=queued"
      />
      <Figure name={t('overview.failed')} value={of('failed')} loading={loading} to="/deliveries?state=failed" bad />
      <Figure
        name={t('overview.uncertain')}
        value={of('uncertain')}
        loading={loading}
        to="/deliveries?state=uncertain"
        bad
      />
    </>
  )
}
