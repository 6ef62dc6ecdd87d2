import { Alert, Input, Tag } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import type { Answer, Input as Asked } from '../../api/client.js'
import { given, useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Moment } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Found = Answer<'searchContacts'>['people'][number]
type Body = NonNullable<Asked<'searchContacts'>['body']>

/** What was typed last; kept in the page's memory only, as it is personal: it stands in no address and in no storage. */
let typed = ''
/** A request looks at 3,000 people; so many are made for one page. */
const ROUNDS = 6
const DAY_MS = 86_400_000
const BY = {
  phone: 'cust.by.phone',
  id: 'cust.by.id',
  order: 'cust.by.order',
  name: 'cust.by.name',
  'staff-remark': 'cust.by.staff-remark',
} as const

/** Search over everybody we know. */
export function SearchContacts() {
  const { t, label } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  const [text, setText] = useState(typed)
  const [cut, setCut] = useState(false)
  const segments = useCall('listSegments', may('segments:read') ? {} : undefined)
  const seesNames = may('contacts:write')
  const segment = search.get('segment')
  return (
    <div className="stack">
      {seesNames ? (
        <>
          <Input.Search
            allowClear
            defaultValue={typed}
            placeholder={t('cust.text')}
            aria-label={t('cust.text')}
            autoComplete="off"
            maxLength={128}
            enterButton
            onSearch={(value) => {
              typed = value.trim()
              setText(typed)
            }}
            data-testid="search-text"
          />
          <p className="quiet">{t('cust.text.about')}</p>
        </>
      ) : (
        <Alert type="info" showIcon title={t('cust.masked')} />
      )}
      {cut && <Alert type="warning" showIcon title={t('cust.cut')} />}
      <ListTable
        name={segment === null ? 'contacts' : `contacts-${segment}`}
        of={text}
        columns={columnsOf(text !== '', segment !== null, t, label)}
        filters={[
          ...(may('segments:read')
            ? [
                {
                  name: 'segment',
                  word: 'cust.segment' as const,
                  choices: (segments.data?.segments ?? []).map(({ slug, title }) => ({ value: slug, label: title })),
                },
              ]
            : []),
          { name: 'all', word: 'cust.tags-all' },
          { name: 'any', word: 'cust.tags-any' },
          { name: 'none', word: 'cust.tags-none' },
          {
            name: 'follow',
            word: 'cust.follow',
            choices: [
              { value: 'following', label: t('contact.following') },
              { value: 'not-following', label: t('contact.not-following') },
            ],
          },
          { name: 'account', word: 'cust.account' },
          { name: 'channel', word: 'cust.channel' },
          {
            name: 'seen',
            word: 'cust.seen',
            choices: [
              { value: '7', label: t('cust.seen.7') },
              { value: '30', label: t('cust.seen.30') },
              { value: '90', label: t('cust.seen.90') },
              { value: 'quiet', label: t('cust.seen.quiet') },
            ],
          },
        ]}
        rowKey={({ id }) => id}
        href={({ id }) => `/contacts/${id}`}
        load={async ({ filters, after, size, order, signal }) => {
          const rows: Found[] = []
          let next = after
          let some = false
          for (let round = 0; round < ROUNDS; round++) {
            const body = { ...bodyOf(filters, text), ...given({ order, after: next }), limit: size - rows.length }
            const page = await call('searchContacts', { body, signal })
            rows.push(...page.people)
            some ||= page.cut === true
            next = page.next
            if (next === undefined || rows.length >= size) break
          }
          setCut(some)
          return { rows, ...(next !== undefined && { next }) }
        }}
        empty={t('cust.none')}
      />
    </div>
  )
}

type Words = ReturnType<typeof useWords>

function columnsOf(byText: boolean, byId: boolean, t: Words['t'], label: Words['label']): Column<Found>[] {
  return [
    {
      key: 'name',
      title: 'col.contact',
      value: ({ name, id }) => name ?? id,
      show: ({ name, id }) => name ?? <code>{id.slice(-8)}</code>,
    },
    ...(byText
      ? [
          {
            key: 'by',
            title: 'cust.by' as const,
            value: ({ by }: Found) => by,
            show: ({ by }: Found) => by && t(BY[by]),
          },
        ]
      : []),
    {
      key: 'places',
      title: 'cust.places',
      value: ({ identities }) => identities.map(({ platform, account }) => `${platform}:${account}`).join(' '),
      show: ({ identities }) =>
        identities.map(({ platform, account, following }) => (
          <Tag key={`${platform}:${account}`} color={following ? 'success' : 'default'}>
            {label('platform', platform)} {account}
          </Tag>
        )),
    },
    {
      key: 'tags',
      title: 'col.tags',
      value: ({ tags }) => tags.join(' '),
      show: ({ tags }) => (tags.length > 0 ? tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : '—'),
    },
    {
      key: 'lastSeenAt',
      title: 'col.last-seen',
      value: ({ lastSeenAt }) => lastSeenAt,
      show: ({ lastSeenAt }) => <Moment at={lastSeenAt} />,
      ...(byId ? {} : { sorts: 'time' as const }),
    },
    {
      key: 'firstSeenAt',
      title: 'cust.first-seen',
      value: ({ firstSeenAt }) => firstSeenAt,
      show: ({ firstSeenAt }) => <Moment at={firstSeenAt} />,
    },
  ]
}

function bodyOf(filters: Readonly<Record<string, string>>, text: string): Body {
  const { segment, follow, account, channel, seen } = filters
  const list = (name: string) => filters[name]?.split(/[,，、;；\s]+/).filter(Boolean)
  const tags = given({ all: list('all'), any: list('any'), none: list('none') })
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()
  return {
    ...given({ text, segment, account, channel }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...((follow === 'following' || follow === 'not-following') && { follow }),
    ...(seen === 'quiet' ? { seenBefore: ago(30) } : seen !== undefined && { seenFrom: ago(Number(seen) || 30) }),
  }
}
