import { useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { Delivery } from '../api/types.js'
import { given } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { DeliveryDrawer } from './deliveries/drawer.js'
import { Reason } from './deliveries/reason.js'
import { resendAll } from './deliveries/resend-all.js'
import { Settle } from './deliveries/settle.js'

const STATES = [
  'queued',
  'claimed',
  'sending',
  'sent',
  'skipped',
  'retry',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
] as const

/** What was sent to whom and how it ended; what ended badly can be put right here. */
export function Deliveries() {
  const { t, label } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  const writes = may('deliveries:write')
  const source = search.get('source')
  const columns: readonly Column<Delivery>[] = [
    {
      key: 'createdAt',
      title: 'col.created',
      sorts: 'time',
      value: ({ createdAt }) => createdAt,
      show: ({ createdAt }) => <Moment at={createdAt} />,
    },
    {
      key: 'state',
      title: 'col.state',
      value: ({ state }) => state,
      show: ({ state }) => <State kind="state" code={state} />,
    },
    { key: 'reason', title: 'col.reason', value: ({ reason }) => reason, show: (row) => <Reason delivery={row} /> },
    { key: 'to', title: 'col.to', value: ({ to }) => to, show: ({ account, to }) => <code>{`${account}:${to}`}</code> },
    {
      key: 'purpose',
      title: 'col.purpose',
      value: ({ purpose }) => purpose,
      show: ({ purpose }) => label('purpose', purpose),
    },
    { key: 'kind', title: 'col.kind', value: ({ kind }) => kind, show: ({ kind }) => label('kind', kind) },
    {
      key: 'channel',
      title: 'col.channel',
      value: ({ channel }) => channel,
      show: ({ channel }) => (channel === undefined ? '—' : label('channel', channel)),
    },
    { key: 'source', title: 'col.source', value: ({ source: from }) => from },
    { key: 'key', title: 'col.key', value: ({ key }) => key, show: ({ key }) => <code>{key.slice(-12)}</code> },
  ]
  return (
    <Needs scope="deliveries:read">
      <Page title={t('nav.deliveries')} help={<LimitHelp of="deliveries" />} about={t('deliveries.about')}>
        <ListTable
          name="deliveries"
          columns={columns}
          filters={[
            {
              name: 'state',
              word: 'col.state',
              choices: STATES.map((value) => ({ value, label: label('state', value) })),
            },
            { name: 'attention', word: 'deliveries.attention', flag: true },
            { name: 'contact', word: 'deliveries.contact' },
            { name: 'source', word: 'col.source' },
          ]}
          rowKey={({ key }) => key}
          href={({ key }) => {
            const next = new URLSearchParams(search)
            next.set('key', key)
            return `/deliveries?${next}`
          }}
          load={async ({ filters, after, size, order, signal }) => {
            const { contact, attention, source: from } = filters
            const state = STATES.find((one) => one === filters['state'])
            const query = given({ state, contact, attention, source: from, after, order, limit: size })
            const { deliveries } = await call('listDeliveries', { query, signal })
            const last = deliveries.length === size ? deliveries.at(-1)?.key : undefined
            return { rows: deliveries, ...(last !== undefined && { next: last }) }
          }}
          empty={t('deliveries.none')}
          extra={(again) =>
            writes &&
            source !== null && (
              <Ask
                label={t('act.resend-failed')}
                title={t('act.resend-failed')}
                about={t('resend-failed.about', { source })}
                done={t('act.done')}
                act={() => resendAll(source)}
                after={again}
              />
            )
          }
        />
        <DeliveryDrawer actions={(delivery, again) => writes && <Settle delivery={delivery} again={again} />} />
      </Page>
    </Needs>
  )
}
