import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { GroupSendTarget } from '../../api/types.js'
import { given } from '../../api/use-call.js'
import { Moment, State } from '../../shell/bits.js'
import { type Column, ListTable } from '../../table/list-table.js'
import { useWords } from '../../words/use-words.js'

const STATES = [
  'waiting',
  'sent',
  'over-cap',
  'not-friend',
  'refused',
  'expired',
  'cancelled',
  'assumed',
  'unknown',
  'skipped',
] as const

/** What became of each group or customer of a run, and why. */
export function Targets({ id, occurrence }: { id: string; occurrence: string }) {
  const { t, label } = useWords()
  const columns: readonly Column<GroupSendTarget>[] = [
    {
      key: 'target',
      title: 'gs.target',
      value: ({ target }) => target,
      show: ({ contact, name, target }) =>
        contact === undefined ? (name ?? target) : <Link to={`/contacts/${contact}`}>{name ?? target}</Link>,
    },
    { key: 'staff', title: 'col.staff', value: ({ staff }) => staff },
    {
      key: 'state',
      title: 'col.state',
      value: ({ state: code }) => code,
      show: ({ state: code }) => <State kind="target" code={code} />,
    },
    {
      key: 'reason',
      title: 'col.reason',
      value: ({ reason, detail }) => reason ?? detail,
      show: ({ reason, detail, state: code }) => {
        if (reason === undefined) return code === 'over-cap' ? t('gs.reason.over-cap') : (detail ?? '—')
        return `${label('reason', reason)} ${detail ?? ''}`
      },
    },
    { key: 'at', title: 'col.updated', value: ({ at }) => at, show: ({ at }) => <Moment at={at} /> },
  ]
  return (
    <ListTable
      name={`targets-${id}-${occurrence}`}
      of={`${id}:${occurrence}`}
      columns={columns}
      rowKey={({ target, task }) => `${target}:${task}`}
      filters={[
        {
          name: 'state',
          word: 'col.state',
          choices: STATES.map((value) => ({ value, label: label('target', value) })),
        },
      ]}
      sorts={['target', 'staff']}
      load={async ({ filters, after, size, sort, signal }) => {
        const state = STATES.find((one) => one === filters['state'])
        const query = given({ state, sort, after, size })
        const asked = { params: { id, occurrence }, query, signal }
        const { targets, next } = await call('listGroupSendTargets', asked)
        return { rows: targets, ...(next !== undefined && { next }) }
      }}
      empty={t('gs.targets.none')}
    />
  )
}
