import { Drawer, Skeleton, Timeline } from 'antd'
import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Delivery } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { Fields, Moment, State } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { Reason } from './reason.js'

/** One delivery with all its evidence, beside the list; which one stands in the address. */
export function DeliveryDrawer({ actions }: { actions(delivery: Delivery, again: () => void): ReactNode }) {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  const key = search.get('key')
  function close(): void {
    const next = new URLSearchParams(search)
    next.delete('key')
    setSearch(next)
  }
  return (
    <Drawer open={key !== null} onClose={close} size="min(640px, 100vw)" title={t('delivery.title')} destroyOnHidden>
      {key !== null && <Evidence id={key} actions={actions} />}
    </Drawer>
  )
}

function Evidence({ id, actions }: { id: string; actions(delivery: Delivery, again: () => void): ReactNode }) {
  const { t, label } = useWords()
  const { data, problem, again } = useCall('showDelivery', { params: { key: id } })
  if (problem && !data) return <ProblemAlert problem={problem} again={again} />
  if (!data) return <Skeleton active />
  const link = (other: string) => <Link to={`/deliveries?key=${encodeURIComponent(other)}`}>{other.slice(-12)}</Link>
  return (
    <div className="stack">
      {actions(data, again)}
      <Fields
        lines={[
          [t('col.state'), <State key="state" kind="state" code={data.state} />],
          [t('col.reason'), <Reason key="reason" delivery={data} />],
          [t('col.to'), <code key="to">{`${data.account}:${data.to}`}</code>],
          [t('col.purpose'), label('purpose', data.purpose)],
          [t('col.kind'), data.options.map(({ kind }) => label('kind', kind)).join(' → ')],
          [t('col.source'), data.source],
          [t('col.created'), <Moment key="created" at={data.createdAt} />],
          [t('delivery.due'), <Moment key="due" at={data.dueAt} />],
          data.sentAt === undefined ? undefined : [t('delivery.sent'), <Moment key="sent" at={data.sentAt} />],
          data.confirmedAt === undefined
            ? undefined
            : [t('delivery.confirmed'), <Moment key="confirmed" at={data.confirmedAt} />],
          data.receipt === undefined ? undefined : [t('delivery.receipt'), <code key="receipt">{data.receipt}</code>],
          data.resendOf === undefined ? undefined : [t('delivery.resend-of'), link(data.resendOf)],
          data.resentAs === undefined ? undefined : [t('delivery.resent-as'), link(data.resentAs)],
          [t('col.key'), <code key="key">{data.key}</code>],
        ]}
      />
      <h3>{t('delivery.tries')}</h3>
      {data.tries.length === 0 && <p className="quiet">{t('delivery.no-tries')}</p>}
      <Timeline
        items={[
          ...data.refusals.map(({ option, reason, channel, code }) => ({
            key: `r${option}${reason}${channel}`,
            color: 'gray',
            content: `${channel === undefined ? '' : `${label('channel', channel)} · `}${label('reason', reason)} ${code ?? ''}`,
          })),
          ...data.tries.map(({ number, kind, at, end }) => ({
            key: `t${number}`,
            color: end?.state === 'sent' ? 'green' : 'red',
            content: (
              <>
                <Moment at={typeof at === 'string' ? at : undefined} /> {label('kind', kind)}{' '}
                {end ? label('state', end.state) : t('delivery.cut-short')}
              </>
            ),
          })),
        ]}
      />
      <details>
        <summary>{t('delivery.raw')}</summary>
        <pre className="raw">
          {JSON.stringify({ message: data.message, tries: data.tries, refusals: data.refusals }, null, 2)}
        </pre>
      </details>
    </div>
  )
}
