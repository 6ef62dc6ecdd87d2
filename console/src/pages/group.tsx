import { Card, Skeleton, Tag } from 'antd'
import { useMemo } from 'react'
import { useParams } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import { given, useCall } from '../api/use-call.js'
import { Chart } from '../chart/chart.js'
import { Fields, Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'

type Member = Answer<'listGroupMembers'>['members'][number]

/** One customer group: who it is, joins and leaves by day, its members. */
export function GroupPage() {
  const { account = '', chatId = '' } = useParams()
  const { t } = useWords()
  const params = { account, chatId }
  const { data, problem, again } = useCall('getGroup', { params })
  return (
    <Needs scope="groups:read">
      <Page
        title={data?.name || t('group.title')}
        back={{ to: '/groups', title: t('nav.groups') }}
        about={<code>{chatId}</code>}
      >
        {problem && <ProblemAlert problem={problem} again={again} />}
        {!data && !problem && <Skeleton active />}
        {data && (
          <div className="two">
            <Card size="small" title={t('group.who')}>
              <Fields
                lines={[
                  [t('col.owner'), data.owner],
                  [t('col.members'), `${data.count} / ${data.capacity}`],
                  [t('col.customers'), data.customers],
                  [
                    t('col.labels'),
                    data.labels.length > 0 ? data.labels.map((one) => <Tag key={one}>{one}</Tag>) : '—',
                  ],
                  data.folder === undefined ? undefined : [t('col.folder'), data.folder],
                  data.notice === ''
                    ? undefined
                    : [
                        t('group.notice'),
                        <p key="notice" className="said">
                          {data.notice}
                        </p>,
                      ],
                  [t('group.read'), <Moment key="read" at={data.readAt} />],
                ]}
              />
            </Card>
            <Card size="small" title={t('group.days')}>
              <Days account={account} chatId={chatId} />
            </Card>
          </div>
        )}
        {data && <Members account={account} chatId={chatId} />}
      </Page>
    </Needs>
  )
}

function Days({ account, chatId }: { account: string; chatId: string }) {
  const { t } = useWords()
  const { data, problem } = useCall('listGroupDays', { params: { account, chatId }, query: { days: 30 } })
  const labels = useMemo(() => (data?.days ?? []).map(({ day }) => day.slice(5)), [data])
  const series = useMemo(
    () => [
      { name: t('group.joined'), values: (data?.days ?? []).map(({ joined }) => joined), tone: 'good' as const },
      { name: t('group.left'), values: (data?.days ?? []).map(({ left }) => left), tone: 'bad' as const },
    ],
    [data, t],
  )
  if (problem) return <ProblemAlert problem={problem} />
  if (!data) return <Skeleton active />
  if (data.days.length === 0) return <p className="quiet">{t('group.no-days')}</p>
  return <Chart title={t('group.days')} labels={labels} series={series} kind="line" />
}

function Members({ account, chatId }: { account: string; chatId: string }) {
  const { t, label } = useWords()
  const columns: readonly Column<Member>[] = [
    {
      key: 'member',
      title: 'col.member',
      value: ({ member }) => member,
      show: (row) => row.nickname ?? row.name ?? row.member,
    },
    { key: 'kind', title: 'col.kind', value: ({ kind }) => kind, show: ({ kind }) => label('way', kind) },
    {
      key: 'way',
      title: 'col.way',
      value: ({ way }) => way,
      show: ({ way, state }) => `${label('way', way)} ${state ?? ''}`,
    },
    { key: 'invitedBy', title: 'col.invited-by', value: ({ invitedBy }) => invitedBy },
    {
      key: 'joinedAt',
      title: 'col.joined',
      value: ({ joinedAt }) => joinedAt,
      show: ({ joinedAt }) => <Moment at={joinedAt} />,
    },
  ]
  return (
    <ListTable
      name={`group-${chatId}`}
      of={`${account}:${chatId}`}
      columns={columns}
      rowKey={({ member }) => member}
      load={async ({ after, size, signal }) => {
        const query = given({ after, limit: size })
        const { members, next } = await call('listGroupMembers', { params: { account, chatId }, query, signal })
        return { rows: members, ...(next !== undefined && { next }) }
      }}
      empty={t('group.nobody')}
    />
  )
}
