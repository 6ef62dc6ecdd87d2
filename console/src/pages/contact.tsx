import { Card, Skeleton, Tabs, Tag } from 'antd'
import { useParams } from 'react-router'
import type { Contact } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { Fields, Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { ContactOrders } from './contact/orders.js'
import { Reach } from './contact/reach.js'
import { ContactTimeline } from './contact/timeline.js'
import { WhyNot } from './contact/why.js'

/** One person: identities, windows, consents, orders, what happened, and why a message would (not) go to her. */
export function ContactPage() {
  const { id = '' } = useParams()
  return (
    <Needs scope="contacts:read">
      <Profile id={id} />
    </Needs>
  )
}

function Profile({ id }: { id: string }) {
  const { t } = useWords()
  const { data, problem, again } = useCall('getContact', { params: { id } })
  const back = { to: '/contacts', title: t('nav.contacts') }
  if (!data) {
    return (
      <Page title={t('contact.title')} back={back}>
        {problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />}
      </Page>
    )
  }
  return (
    <Page title={nameOf(data) ?? t('contact.title')} back={back} about={<code>{data.id}</code>}>
      <div className="two">
        <Card size="small" title={t('contact.who')}>
          <Who contact={data} />
        </Card>
        <Card
          size="small"
          title={
            <>
              {t('contact.reach')} <LimitHelp of="windows" />
            </>
          }
        >
          <Reach contact={data} />
        </Card>
      </div>
      <Card size="small">
        <Tabs
          destroyOnHidden
          items={[
            { key: 'timeline', label: t('contact.timeline'), children: <ContactTimeline contact={data} /> },
            { key: 'orders', label: t('contact.orders'), children: <ContactOrders id={data.id} /> },
            { key: 'why', label: t('contact.why'), children: <WhyNot id={data.id} /> },
          ]}
        />
      </Card>
    </Page>
  )
}

function Who({ contact }: { contact: Contact }) {
  const { t, label, money, number } = useWords()
  const { identities, tags, bought, firstSeenAt, lastSeenAt, unionid } = contact
  return (
    <Fields
      lines={[
        ...identities.map(({ platform, account, externalId, following, followAt }) => {
          const name = `${label('platform', platform)} · ${account}`
          const value = (
            <>
              {externalId !== undefined ? <code>{externalId}</code> : t('contact.hashed')}{' '}
              {platform !== 'phone' && <Tag>{following ? t('contact.following') : t('contact.not-following')}</Tag>}
              {followAt !== undefined && <Moment at={followAt} />}
            </>
          )
          return [name, value] as const
        }),
        unionid === undefined ? undefined : ['unionid', <code key="unionid">{unionid}</code>],
        [t('col.tags'), tags.length > 0 ? tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : '—'],
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

function nameOf({ profile }: Contact): string | undefined {
  const found = ['name', 'nickname', 'remark'].map((key) => profile[key]).find((value) => typeof value === 'string')
  return found || undefined
}
