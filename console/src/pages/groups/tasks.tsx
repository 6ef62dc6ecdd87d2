import { Button } from 'antd'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { GroupSendTask } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { given, useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Counts, Fields, Moment, State } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

const STATES = [
  'planned',
  'creating',
  'uncertain',
  'made',
  'done',
  'failed',
  'expired',
  'cancelled',
  'handed-over',
] as const

/** The tasks of a run, a line a task: who was asked, who has confirmed, what became of the targets. */
export function Tasks({ id, occurrence }: { id: string; occurrence: string }) {
  const { t, label } = useWords()
  const may = useMay()('groups:write')
  const params = { id, occurrence }
  const { data } = useCall('getGroupSendTable', { params, query: { size: 1 } }, { everyMs: 15_000 })
  const columns: readonly Column<GroupSendTask>[] = [
    {
      key: 'staff',
      title: 'col.staff',
      value: ({ staff, members }) => members.map(({ name, staff: who }) => name ?? who).join(' ') || staff,
    },
    { key: 'state', title: 'col.state', value: ({ state }) => label('task', state) },
    {
      key: 'members',
      title: 'group-send.confirmed',
      value: ({ members }) => members.map(({ state }) => state).join(' '),
      show: ({ members }) =>
        members.map(({ staff, state, why, at }) => (
          <div key={staff}>
            <State kind="target" code={state} /> {at !== undefined && <Moment at={at} />}{' '}
            {why !== undefined && <span className="quiet">{label('reason', why)}</span>}
          </div>
        )),
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
    {
      key: 'reminders',
      title: 'group-send.reminders',
      value: ({ reminders }) => reminders.length,
      show: ({ reminders }) => (
        <>
          {reminders.length} {reminders.length > 0 && <Moment at={reminders.at(-1)?.at} />}
        </>
      ),
    },
    {
      key: 'reason',
      title: 'col.reason',
      value: ({ reason }) => reason,
      show: ({ reason, state, task }) => (
        <>
          {reason === undefined ? '—' : label('reason', reason)}
          {state === 'uncertain' && may && <Decide id={id} task={task} />}
        </>
      ),
    },
    {
      key: 'expiresAt',
      title: 'group-send.expires',
      value: ({ expiresAt }) => expiresAt,
      show: ({ expiresAt }) => <Moment at={expiresAt} />,
    },
  ]
  const left = (data?.totals.members['left'] ?? 0) > 0
  return (
    <>
      {data && (
        <Fields
          lines={[
            [t('group-send.members'), <Counts key="members" kind="target" counts={data.totals.members} />],
            [t('col.targets'), <Counts key="targets" kind="target" counts={data.totals.targets} />],
            Object.keys(data.totals.skipped).length > 0
              ? [t('group-send.skipped'), <Counts key="skipped" kind="reason" counts={data.totals.skipped} />]
              : undefined,
          ]}
        />
      )}
      {left && (
        <p className="warn">
          {t('gs.left')} <Link to="/hand-overs">{t('gs.hand-over')}</Link>
        </p>
      )}
      <ListTable
        name={`group-send-${id}-${occurrence}`}
        of={`${id}:${occurrence}`}
        columns={columns}
        rowKey={({ task }) => task}
        filters={[
          {
            name: 'state',
            word: 'col.state',
            choices: STATES.map((value) => ({ value, label: label('task', value) })),
          },
        ]}
        sorts={['staff', 'state', 'expiresAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const state = STATES.find((one) => one === filters['state'])
          const query = given({ state, sort, after, size })
          const { tasks, next } = await call('getGroupSendTable', { params, query, signal })
          return { rows: tasks, ...(next !== undefined && { next }) }
        }}
        empty={t('group-send.no-tasks')}
        everyMs={15_000}
      />
    </>
  )
}

/** A task of which nobody knows whether the platform made it: a person looks and says. */
function Decide({ id, task }: { id: string; task: string }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const decide = (as: 'again' | 'made') =>
    act(() => call('decideGroupSendTask', { params: { id }, body: { task, as } }), t('act.done'))
  return (
    <fieldset className="stack" aria-label={t('gs.decide')}>
      <span className="quiet">{t('gs.decide.about')}</span>
      <div className="actions">
        <Button size="small" loading={busy} onClick={() => decide('made')}>
          {t('gs.decide.made')}
        </Button>
        <Button size="small" danger loading={busy} onClick={() => decide('again')}>
          {t('gs.decide.again')}
        </Button>
      </div>
    </fieldset>
  )
}
