import { Button, Tag } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import { given } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { words } from './groups/words.js'
import { useCorps } from './parts/corps.js'

type Row = Answer<'listGroups'>['groups'][number]

const STATUSES = ['active', 'dismissed'] as const

/** The customer groups of all corporations, with who came and went today. */
export function Groups() {
  return (
    <Needs scope="groups:read">
      <WithWords words={words}>
        <List />
      </WithWords>
    </Needs>
  )
}

function List() {
  const { t, label } = useWords()
  const may = useMay()('groups:write')
  const [search] = useSearchParams()
  const corps = useCorps()
  const account = search.get('account') ?? corps.names[0]
  return (
    <Page
      title={t('nav.groups')}
      help={<LimitHelp of="groups" />}
      about={t('groups.about')}
      actions={
        <>
          <Link to="/join-ways">
            <Button>{t('grp.join-ways')}</Button>
          </Link>
          {may && account !== undefined && (
            <Ask
              label={t('grp.sync')}
              title={t('grp.sync')}
              about={t('grp.sync.about')}
              done={t('grp.sync.done')}
              act={() => call('syncGroups', { params: { account } })}
            />
          )}
        </>
      }
    >
      <ListTable
        name="groups"
        columns={columnsOf(t)}
        filters={[
          { name: 'name', word: 'col.name' },
          { name: 'owner', word: 'col.owner' },
          { name: 'label', word: 'col.label' },
          { name: 'folder', word: 'col.folder' },
          ...(corps.names.length > 1
            ? [
                {
                  name: 'account',
                  word: 'grp.account' as const,
                  choices: corps.names.map((value) => ({ value, label: value })),
                },
              ]
            : []),
          {
            name: 'status',
            word: 'col.state',
            choices: STATUSES.map((value) => ({ value, label: label('state', value) })),
          },
          { name: 'nearlyFull', word: 'groups.nearly-full', flag: true },
        ]}
        rowKey={({ account: of, chatId }) => `${of}:${chatId}`}
        href={({ account: of, chatId }) => `/groups/${encodeURIComponent(of)}/${encodeURIComponent(chatId)}`}
        sorts={['name', 'owner', 'count', 'customers', 'folder', 'createdAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const { name, owner, label: tagged, folder, account: of, nearlyFull } = filters
          const status = STATUSES.find((one) => one === filters['status'])
          const asked = given({ name, owner, label: tagged, folder, account: of, nearlyFull, status, sort, after })
          const query = { ...asked, limit: size, today: 'true' }
          const { groups, next } = await call('listGroups', { query, signal })
          return { rows: groups, ...(next !== undefined && { next }) }
        }}
        empty={t('groups.none')}
      />
    </Page>
  )
}

function columnsOf(t: ReturnType<typeof useWords>['t']): readonly Column<Row>[] {
  return [
    { key: 'name', title: 'col.name', value: ({ name }) => name, show: ({ name, chatId }) => name || chatId },
    { key: 'owner', title: 'col.owner', value: ({ owner }) => owner },
    {
      key: 'count',
      title: 'col.members',
      value: ({ count }) => count,
      show: ({ count, capacity, nearlyFull }) => (
        <span className={nearlyFull ? 'warn' : ''}>
          {count} / {capacity}
        </span>
      ),
      align: 'right',
    },
    { key: 'customers', title: 'col.customers', value: ({ customers }) => customers, align: 'right' },
    {
      key: 'today',
      title: 'grp.today',
      value: ({ today }) => (today ? `+${today.joined} -${today.left}` : undefined),
      show: ({ today }) =>
        today ? (
          <>
            <span className={today.joined > 0 ? 'good' : 'quiet'}>+{today.joined}</span>{' '}
            <span className={today.left > 0 ? 'bad' : 'quiet'}>−{today.left}</span>
          </>
        ) : (
          <span className="quiet">{t('grp.today.unread')}</span>
        ),
      align: 'right',
    },
    {
      key: 'labels',
      title: 'col.labels',
      value: ({ labels }) => labels.join(' '),
      show: ({ labels }) => (labels.length > 0 ? labels.map((one) => <Tag key={one}>{one}</Tag>) : '—'),
    },
    { key: 'folder', title: 'col.folder', value: ({ folder }) => folder },
    {
      key: 'status',
      title: 'col.state',
      value: ({ status }) => status,
      show: ({ status }) => <State kind="state" code={status} />,
    },
    {
      key: 'createdAt',
      title: 'col.created',
      value: ({ createdAt }) => createdAt,
      show: ({ createdAt }) => <Moment at={createdAt} />,
    },
  ]
}
