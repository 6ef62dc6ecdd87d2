import { Link } from 'react-router'
import { State } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'
import type { Entry } from './timeline.js'
import { happeningWords } from './told.js'

/** One line of the timeline in words. A type that nobody has put into words stands for itself. */
export function Happening({ entry }: { entry: Entry }) {
  const { label, both } = useWords()
  const { kind, type, text, props } = entry
  const said = text === undefined ? null : <span className="said">“{text}”</span>
  if (kind === 'delivery') {
    const [key, message, reason] = [textOf(props['key']), textOf(props['message']), textOf(props['reason'])]
    const line = [label('purpose', textOf(props['purpose']) ?? ''), message && label('kind', message)]
    const channel = textOf(props['channel'])
    return (
      <>
        {type === 'campaign' ? both(happeningWords['campaign'] ?? NONE) : <State kind="state" code={type} />}{' '}
        {key === undefined ? (
          line.filter(Boolean).join(' · ')
        ) : (
          <Link to={`/deliveries?key=${encodeURIComponent(key)}`}>{line.filter(Boolean).join(' · ')}</Link>
        )}{' '}
        {channel !== undefined && <span className="quiet">{label('channel', channel)} </span>}
        {reason !== undefined && <span className="bad">{label('reason', reason)} </span>}
        {said}
      </>
    )
  }
  const known = happeningWords[type]
  return (
    <>
      {known ? both(known) : kind === 'message' ? label('kind', type.replace(/^message\./, '')) : type} {said}{' '}
      <span className="quiet">{about(props)}</span>
    </>
  )
}

const NONE = { zh: '', en: '' }

/** Fields that say something to people; ids of machines are left out. */
const TOLD = [
  'orderNo',
  'scene',
  'purpose',
  'staff',
  'name',
  'added',
  'removed',
  'tags',
  'way',
  'state',
  'by',
  'who',
  'reason',
  'fields',
  'keyword',
  'carrier',
  'trackingNo',
  'amountFen',
  'vote',
] as const

function about(props: Readonly<Record<string, unknown>>): string {
  return TOLD.flatMap((name) => {
    const value = props[name]
    if (Array.isArray(value)) return value.length > 0 ? [`${name === 'removed' ? '−' : ''}${value.join(' ')}`] : []
    if (name === 'amountFen' && typeof value === 'number') return [`¥${(value / 100).toFixed(2)}`]
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
  }).join(' · ')
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
