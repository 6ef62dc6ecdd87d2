import { Skeleton, Tag } from 'antd'
import { Link } from 'react-router'
import type { Conversation } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { Fields, Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { CHANNEL_WORDS, STATE_WORDS } from './queue.js'

/** Who writes: tags, orders, earlier conversations, and the way to the whole profile. */
export function Side({ conversation, name }: { conversation: Conversation; name(by: string): string }) {
  const { t, money, number } = useWords()
  const { contact: id } = conversation
  const { data: contact, problem, again } = useCall('getContact', { params: { id } })
  const { data: orders } = useCall('listContactOrders', { params: { id }, query: { limit: 5 } })
  const { data: talks } = useCall('listConversations', { query: { contact: id, limit: 6 } })
  if (!contact) return problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />
  const { vote } = conversation
  return (
    <div className="stack" data-testid="side">
      <Link to={`/contacts/${id}`}>{t('inbox.profile')}</Link>
      <Fields
        lines={[
          [t('inbox.from'), `${t(CHANNEL_WORDS[conversation.channel])} · ${conversation.account}`],
          conversation.reason !== undefined ? [t('inbox.reason'), conversation.reason] : undefined,
          [t('col.tags'), contact.tags.length > 0 ? contact.tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : '—'],
          contact.bought && [
            t('contact.bought'),
            t('contact.bought.sum', {
              n: number(contact.bought.orderCount),
              sum: money(contact.bought.paidFen - contact.bought.refundedFen),
            }),
          ],
          [t('contact.first-seen'), <Moment key="first" at={contact.firstSeenAt} />],
          vote && [
            t('inbox.vote'),
            vote.choice === undefined ? t('inbox.vote.none') : t(VOTES[vote.choice - 1] ?? 'inbox.vote.none'),
          ],
        ]}
      />
      <h3>{t('contact.orders')}</h3>
      {orders?.orders.length === 0 && <p className="quiet">{t('contact.no-orders')}</p>}
      <ul className="stack">
        {orders?.orders.map(({ orderNo, order, updatedAt }) => (
          <li key={orderNo}>
            <code>{orderNo}</code> {typeof order['paidFen'] === 'number' && money(order['paidFen'])}
            <div className="quiet small">
              {goodsOf(order)} · <Moment at={updatedAt} />
            </div>
          </li>
        ))}
      </ul>
      <h3>{t('inbox.earlier')}</h3>
      <ul className="stack">
        {talks?.conversations
          .filter(({ _id }) => _id !== conversation._id)
          .map((talk) => (
            <li key={talk._id}>
              <Link to={`/inbox?c=${talk._id}`}>
                <Moment at={talk.createdAt} /> · {t(STATE_WORDS[talk.state])}
                {talk.staff !== undefined && ` · ${name(talk.staff)}`}
              </Link>
            </li>
          ))}
        {talks && talks.conversations.length <= 1 && <li className="quiet">{t('inbox.earlier.none')}</li>}
      </ul>
    </div>
  )
}

const VOTES = ['inbox.vote.1', 'inbox.vote.2', 'inbox.vote.3'] as const

function goodsOf(order: Readonly<Record<string, unknown>>): string {
  const items = Array.isArray(order['items']) ? (order['items'] as { name?: string; sku?: string; qty?: number }[]) : []
  return items.map(({ name, sku, qty }) => `${name ?? sku ?? ''}×${qty ?? 1}`).join('、')
}
