import { Skeleton, Timeline } from 'antd'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { Contact } from '../../api/types.js'
import { asProblem } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { addressesOf, type Happening, happenings } from './moments.js'

const EACH = 50

/** Follows, consents, orders and messages in one line of time, put together from what the API offers. */
export function ContactTimeline({ contact }: { contact: Contact }) {
  const { t, label } = useWords()
  const readsDeliveries = useMay()('deliveries:read')
  const [found, setFound] = useState<{ lines?: Happening[]; problem?: ApiProblem }>({})

  useEffect(() => {
    const control = new AbortController()
    const { signal } = control
    async function ask(): Promise<Happening[]> {
      const addresses = readsDeliveries ? addressesOf(contact) : []
      const [{ orders }, ...pages] = await Promise.all([
        call('listContactOrders', { params: { id: contact.id }, query: { limit: EACH }, signal }),
        ...addresses.map((address) => call('listDeliveries', { query: { contact: address, limit: EACH }, signal })),
      ])
      return happenings(
        contact,
        orders,
        pages.flatMap(({ deliveries }) => deliveries),
      )
    }
    ask().then(
      (lines) => setFound({ lines }),
      (error: unknown) => !signal.aborted && setFound({ problem: asProblem(error) }),
    )
    return () => control.abort()
  }, [contact, readsDeliveries])

  if (found.problem) return <ProblemAlert problem={found.problem} />
  if (!found.lines) return <Skeleton active />
  const wordsOf = ({ kind, code, about, href }: Happening) => {
    const [purpose = '', rest = ''] = about.split(':')
    switch (kind) {
      case 'follow':
        return `${code === 'following' ? t('contact.following') : t('contact.not-following')} · ${about}`
      case 'consent': {
        const [what = '', yes] = code.split(':')
        return `${label('purpose', what)}：${yes === 'yes' ? t('consent.yes') : t('consent.no')} · ${about}`
      }
      case 'order':
        return `${t('timeline.order')} ${about}`
      case 'delivery': {
        const text = `${label('purpose', purpose)} · ${label('kind', rest)} · ${label('state', code)}`
        return href === undefined ? text : <Link to={href}>{text}</Link>
      }
      case 'seen':
        return t('contact.first-seen')
    }
  }
  return (
    <>
      <Timeline
        items={found.lines.map((line) => ({
          key: line.key,
          color:
            line.code === 'failed' || line.code === 'uncertain' ? 'red' : line.kind === 'delivery' ? 'green' : 'gray',
          content: (
            <>
              <Moment at={line.at} /> {wordsOf(line)}
            </>
          ),
        }))}
      />
      <p className="quiet">{t('timeline.limits', { n: EACH })}</p>
    </>
  )
}
