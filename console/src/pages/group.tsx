import { Alert, Card, Skeleton, Tag } from 'antd'
import { Link, useParams } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import type { CustomerGroup } from '../api/types.js'
import { given, useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Fields, Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { GroupDays } from './groups/days.js'
import { EditGroup } from './groups/edit.js'
import { words } from './groups/words.js'

type Member = Answer<'listGroupMembers'>['members'][number]

const HOLDS = {
  'owner-left': 'grp.hold.owner-left',
  'handing-over': 'grp.hold.handing-over',
  'handed-over': 'grp.hold.handed-over',
} as const

/** One customer group: who it is, joins and leaves by day, week or month, its members, and what we keep about it. */
export function GroupPage() {
  const { account = '', chatId = '' } = useParams()
  return (
    <Needs scope="groups:read">
      <WithWords words={words}>
        <One account={account} chatId={chatId} />
      </WithWords>
    </Needs>
  )
}

function One({ account, chatId }: { account: string; chatId: string }) {
  const { t } = useWords()
  const may = useMay()
  const { data, problem, again } = useCall('getGroup', { params: { account, chatId } })
  return (
    <Page
      title={data?.name || t('group.title')}
      back={{ to: '/groups', title: t('nav.groups') }}
      help={<LimitHelp of="groups" />}
      about={<code>{chatId}</code>}
      actions={data && may('groups:write') && <EditGroup group={data} after={again} />}
    >
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && <Hold group={data} />}
      {data && (
        <div className="two">
          <Card size="small" title={t('group.who')}>
            <Fields
              lines={[
                [t('col.owner'), data.owner],
                data.admins.length > 0 ? [t('grp.admins'), data.admins.join(t('list.comma'))] : undefined,
                [
                  t('col.members'),
                  <span key="count" className={data.nearlyFull ? 'warn' : ''}>
                    {data.count} / {data.capacity}
                  </span>,
                ],
                [t('col.customers'), data.customers],
                [t('grp.alert-at'), data.nearlyFullAt],
                [t('col.state'), <State key="state" kind="state" code={data.status} />],
                [t('col.labels'), data.labels.length > 0 ? data.labels.map((one) => <Tag key={one}>{one}</Tag>) : '—'],
                data.folder === undefined ? undefined : [t('col.folder'), data.folder],
                [
                  t('group.notice'),
                  <p key="notice" className="said">
                    {data.notice || <span className="quiet">{t('grp.no-notice')}</span>}
                  </p>,
                ],
                [t('group.read'), <Moment key="read" at={data.readAt} />],
              ]}
            />
          </Card>
          <Card size="small" title={t('grp.chart')}>
            <GroupDays account={account} chatId={chatId} />
          </Card>
        </div>
      )}
      {data && (
        <Card size="small" title={t('grp.members')}>
          <Members account={account} chatId={chatId} />
        </Card>
      )}
    </Page>
  )
}

function Hold({ group }: { group: CustomerGroup }) {
  const { t } = useWords()
  if (group.hold === 'normal') return null
  return (
    <Alert
      type="warning"
      showIcon
      title={t(HOLDS[group.hold])}
      action={
        <Link to={`/hand-overs?from=${encodeURIComponent(group.owner)}&account=${encodeURIComponent(group.account)}`}>
          {t('grp.hand-over')}
        </Link>
      }
    />
  )
}

const KINDS = ['customer', 'staff', 'unknown'] as const

function Members({ account, chatId }: { account: string; chatId: string }) {
  const { t, label } = useWords()
  const columns: readonly Column<Member>[] = [
    {
      key: 'member',
      title: 'col.member',
      value: ({ member }) => member,
      show: ({ contact, nickname, name, member }) => {
        const called = nickname ?? name ?? member
        return contact === undefined ? called : <Link to={`/contacts/${contact}`}>{called}</Link>
      },
    },
    { key: 'kind', title: 'col.kind', value: ({ kind }) => kind, show: ({ kind }) => label('way', kind) },
    {
      key: 'way',
      title: 'col.way',
      value: ({ way, state }) => `${way} ${state ?? ''}`,
      show: ({ way, state }) => (
        <>
          {label('way', way)} {state !== undefined && <Tag>{state}</Tag>}
        </>
      ),
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
      filters={[
        { name: 'text', word: 'col.name' },
        { name: 'kind', word: 'col.kind', choices: KINDS.map((value) => ({ value, label: label('way', value) })) },
      ]}
      sorts={['member', 'kind', 'way', 'joinedAt']}
      load={async ({ filters, after, size, sort, signal }) => {
        const kind = KINDS.find((one) => one === filters['kind'])
        const query = given({ text: filters['text'], kind, sort, after, limit: size })
        const { members, next } = await call('listGroupMembers', { params: { account, chatId }, query, signal })
        return { rows: members, ...(next !== undefined && { next }) }
      }}
      empty={t('group.nobody')}
    />
  )
}
