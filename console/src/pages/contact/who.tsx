import { Tag } from 'antd'
import { Link } from 'react-router'
import type { Contact } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Fields, Moment, State } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

/** Who she is on each platform, which staff know her, and the groups she is in. */
export function Who({ contact }: { contact: Contact }) {
  const { t, label, money, number } = useWords()
  const may = useMay()
  const { identities, bought, firstSeenAt, lastSeenAt, unionid } = contact
  return (
    <Fields
      lines={[
        ...identities.map(({ platform, account, externalId, following, followAt }) => {
          const name = `${label('platform', platform)} ${account}`
          const follows = platform === 'official-account' || platform === 'wecom'
          const value = (
            <>
              {externalId !== undefined ? <code>{externalId}</code> : t('contact.hashed')}{' '}
              {follows && (
                <Tag color={following ? 'success' : 'default'}>
                  {following ? t('contact.following') : t('contact.not-following')}
                </Tag>
              )}
              {follows && followAt !== undefined && <Moment at={followAt} />}
            </>
          )
          return [name, value] as const
        }),
        unionid === undefined ? undefined : ['unionid', <code key="unionid">{unionid}</code>],
        ...identities
          .filter(({ platform, externalId }) => platform === 'wecom' && externalId !== undefined)
          .map(({ account, externalId = '' }) => {
            const key = `${account}:${externalId}`
            return [t('cust.relations'), <Staff key={key} account={account} customer={externalId} />] as const
          }),
        may('groups:read') ? [t('cust.groups'), <Groups key="groups" id={contact.id} />] : undefined,
        bought && [
          t('contact.bought'),
          t('contact.bought.sum', { n: number(bought.orderCount), sum: money(bought.paidFen - bought.refundedFen) }),
        ],
        [t('contact.first-seen'), <Moment key="first" at={firstSeenAt} />],
        [t('col.last-seen'), <Moment key="last" at={lastSeenAt} />],
      ]}
    />
  )
}

function Staff({ account, customer }: { account: string; customer: string }) {
  const { t } = useWords()
  const { data, problem } = useCall('getCustomer', { params: { account, customer } })
  if (problem) return <span className="quiet">{t('cust.no-relations')}</span>
  return (
    <>
      {data?.relations.map(({ staff, standing, corpTags, remark, addedAt }) => (
        <div key={staff}>
          {staff} <State kind="standing" code={standing} />
          {remark !== undefined && remark !== '' && <span>“{remark}” </span>}
          {corpTags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {addedAt !== undefined && <Moment at={addedAt} />}
        </div>
      ))}
    </>
  )
}

function Groups({ id }: { id: string }) {
  const { t, label, day } = useWords()
  const { data } = useCall('listContactGroups', { params: { id } })
  if (!data) return null
  if (data.groups.length === 0) return <span className="quiet">{t('cust.no-groups')}</span>
  return (
    <>
      {data.groups.slice(0, 20).map(({ account, chatId, name, way, leftAt, joinedAt }) => (
        <div key={`${chatId}:${joinedAt}`}>
          <Link to={`/groups/${encodeURIComponent(account)}/${encodeURIComponent(chatId)}`}>{name ?? chatId}</Link>{' '}
          <span className="quiet">
            {label('way', way)} {leftAt === undefined ? day(joinedAt) : t('cust.left-group', { at: day(leftAt) })}
          </span>
        </div>
      ))}
    </>
  )
}
