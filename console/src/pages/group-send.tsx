import { Card, Empty, Select, Skeleton } from 'antd'
import { useParams, useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import type { GroupSendTask } from '../api/types.js'
import { given, useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Counts, Fields, Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'

/** One group send: its runs, and of each run which member of staff has confirmed. */
export function GroupSendPage() {
  const { id = '' } = useParams()
  const { t } = useWords()
  const may = useMay()
  const { data, problem, again } = useCall('getGroupSend', { params: { id } }, { everyMs: 15_000 })
  return (
    <Needs scope="groups:read">
      <Page
        title={data?.definition.name ?? id}
        back={{ to: '/group-sends', title: t('nav.group-sends') }}
        help={<LimitHelp of="groupSends" />}
        about={data && <State kind="campaign" code={data.state} />}
        actions={
          data?.state === 'running' &&
          may('groups:write') && (
            <Ask
              label={t('act.remind')}
              title={t('act.remind')}
              about={t('remind.about')}
              primary
              done={t('act.done')}
              act={() => call('remindGroupSend', { params: { id } })}
              after={again}
            />
          )
        }
      >
        {problem && <ProblemAlert problem={problem} again={again} />}
        {!data && !problem && <Skeleton active />}
        {data && <Runs send={data} />}
      </Page>
    </Needs>
  )
}

function Runs({ send }: { send: Answer<'getGroupSend'> }) {
  const { t, label, number } = useWords()
  const [search, setSearch] = useSearchParams()
  const { runs, estimate, definition } = send
  const occurrence = search.get('run') ?? runs[0]?.occurrence
  return (
    <>
      <Card size="small" title={t('campaign.what')}>
        <Fields
          lines={[
            [t('col.purpose'), label('purpose', definition.purpose)],
            ...definition.messages.map(
              ({ text, article, card, link, image }, index) =>
                [
                  `${t('group-send.message')} ${index + 1}`,
                  <p key={text ?? article ?? card} className="said">
                    {text ?? article ?? card ?? link?.title ?? image}
                  </p>,
                ] as const,
            ),
            estimate && [t('col.targets'), `${number(estimate.planned)} / ${number(estimate.targets)}`],
            estimate && [t('group-send.skipped'), <Counts key="skipped" kind="reason" counts={estimate.skipped} />],
          ]}
        />
      </Card>
      {occurrence === undefined ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('campaign.no-runs')} />
      ) : (
        <>
          {runs.length > 1 && (
            <Select
              value={occurrence}
              aria-label={t('campaign.runs')}
              options={runs.map((run) => ({ value: run.occurrence, label: run.occurrence }))}
              onChange={(run) => setSearch({ run })}
              className="filter"
            />
          )}
          <Tasks id={send.id} occurrence={occurrence} />
        </>
      )}
    </>
  )
}

function Tasks({ id, occurrence }: { id: string; occurrence: string }) {
  const { t, label } = useWords()
  const params = { id, occurrence }
  const { data } = useCall('getGroupSendTable', { params, query: { size: 1 } }, { everyMs: 15_000 })
  const columns: readonly Column<GroupSendTask>[] = [
    {
      key: 'staff',
      title: 'col.staff',
      value: ({ staff, members }) => members.map(({ name, staff: who }) => name ?? who).join(' ') || staff,
    },
    { key: 'state', title: 'col.state', value: ({ words }) => words },
    {
      key: 'members',
      title: 'group-send.confirmed',
      value: ({ members }) => members.map(({ state }) => state).join(' '),
      show: ({ members }) => members.map(({ staff, state }) => <State key={staff} kind="target" code={state} />),
    },
    {
      key: 'targets',
      title: 'col.targets',
      value: ({ targets }) =>
        Object.entries(targets)
          .map(([code, count]) => `${code} ${count}`)
          .join(' '),
      show: ({ targets }) => <Counts kind="target" counts={targets} />,
    },
    { key: 'reminders', title: 'group-send.reminders', value: ({ reminders }) => reminders.length, align: 'right' },
    {
      key: 'reason',
      title: 'col.reason',
      value: ({ reason }) => reason,
      show: ({ reason }) => (reason === undefined ? '—' : label('reason', reason)),
    },
    {
      key: 'expiresAt',
      title: 'group-send.expires',
      value: ({ expiresAt }) => expiresAt,
      show: ({ expiresAt }) => <Moment at={expiresAt} />,
    },
  ]
  return (
    <>
      {data && (
        <Fields
          lines={[
            [t('group-send.members'), <Counts key="members" kind="target" counts={data.totals.members} />],
            [t('col.targets'), <Counts key="targets" kind="target" counts={data.totals.targets} />],
          ]}
        />
      )}
      <ListTable
        name={`group-send-${id}-${occurrence}`}
        of={`${id}:${occurrence}`}
        columns={columns}
        rowKey={({ task }) => task}
        load={async ({ after, size, signal }) => {
          const { tasks, next } = await call('getGroupSendTable', { params, query: given({ after, size }), signal })
          return { rows: tasks, ...(next !== undefined && { next }) }
        }}
        empty={t('group-send.no-tasks')}
      />
    </>
  )
}
