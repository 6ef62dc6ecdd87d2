import { Empty, Select, Skeleton, Tag } from 'antd'
import { useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { given, useCall } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

type Member = Answer<'listMembers'>['members'][number]

const COLUMNS: readonly Column<Member>[] = [
  {
    key: 'contact',
    title: 'col.contact',
    value: ({ contact }) => contact,
    show: (row) => row.name ?? row.contact.slice(-8),
  },
  { key: 'name', title: 'col.name', value: ({ name }) => name },
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
  },
]

/** The people of a segment; the chosen one stands in the address. */
export function SegmentMembers() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  const segments = useCall('listSegments', {})
  if (segments.problem) return <ProblemAlert problem={segments.problem} again={segments.again} />
  if (!segments.data) return <Skeleton active />
  const options = segments.data.segments.map(({ slug, title }) => ({ value: slug, label: title }))
  const slug = search.get('segment') ?? options[0]?.value
  if (slug === undefined) return <Empty description={t('segments.none')} />
  return (
    <ListTable
      name={`contacts-${slug}`}
      of={slug}
      columns={COLUMNS}
      rowKey={({ contact }) => contact}
      href={({ contact }) => `/contacts/${contact}`}
      load={async ({ after, size, signal }) => {
        const { members, next } = await call('listMembers', { params: { slug }, query: given({ after, size }), signal })
        return { rows: members, ...(next !== undefined && { next }) }
      }}
      empty={t('segments.nobody')}
      extra={() => (
        <Select
          value={slug}
          options={options}
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('contacts.by-segment')}
          popupMatchSelectWidth={false}
          className="filter"
          onChange={(next) => setSearch({ tab: 'segment', segment: next })}
          data-testid="segment"
        />
      )}
    />
  )
}
