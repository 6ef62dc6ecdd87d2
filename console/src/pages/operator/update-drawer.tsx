import { App, Button, Drawer, Skeleton } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Fields, Moment, State } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { Raw } from './raw.js'
import { span } from './units.js'

/** One update with the push it came by, beside the list; which one stands in the address. */
export function UpdateDrawer() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  const id = search.get('update')
  function close(): void {
    const next = new URLSearchParams(search)
    next.delete('update')
    setSearch(next)
  }
  return (
    <Drawer open={id !== null} onClose={close} size="min(680px, 100vw)" title={t('update.title')} destroyOnHidden>
      {id !== null && <Whole id={id} />}
    </Drawer>
  )
}

function Whole({ id }: { id: string }) {
  const { t, label } = useWords()
  const may = useMay()
  const { data, problem, again } = useCall('showUpdate', { params: { id } })
  if (problem && !data) return <ProblemAlert problem={problem} again={again} />
  if (!data) return <Skeleton active />
  const failed = data.state === 'failed' || data.state === 'dead'
  return (
    <div className="stack">
      {failed && may('operations:write') && <Replay id={id} after={again} />}
      <Fields
        lines={[
          [t('col.state'), <State key="state" kind="state" code={data.state} />],
          data.error === undefined ? undefined : [t('operator.error'), <code key="error">{data.error}</code>],
          [t('col.kind'), <code key="kind">{data.kind}</code>],
          [
            t('operator.account'),
            <Link key="account" to={`/accounts/${data.account}`}>
              {data.account}
            </Link>,
          ],
          [
            t('operator.sender'),
            <Link key="contact" to={`/updates?contact=${encodeURIComponent(data.contact)}`}>
              {data.contact}
            </Link>,
          ],
          [t('update.received'), <Moment key="received" at={data.receivedAt} />],
          [t('update.delay'), span(Math.max(0, data.delayMs))],
          data.finishedAt === undefined
            ? undefined
            : [t('update.finished'), <Moment key="finished" at={data.finishedAt} />],
          [t('operator.took'), span(data.tookMs)],
          [t('updates.attempts'), data.attempts],
          [
            t('updates.answered'),
            data.answer ? label('kind', data.answer.kind) : data.late ? t('updates.late') : t('update.no-answer'),
          ],
          may('deliveries:read') ? [t('update.followed'), <Followed key="followed" id={id} />] : undefined,
          [t('col.id'), <code key="id">{data.id}</code>],
        ]}
      />
      {data.answer && <Raw title={t('update.answer')} text={JSON.stringify(data.answer, null, 2)} />}
      <Raw
        title={t('update.envelope')}
        about={`${data.format.toUpperCase()} · ${t(data.mode === 'plain' ? 'accounts.plain' : 'accounts.safe')}`}
        text={data.envelope}
        reveal={`/updates/${encodeURIComponent(id)}`}
      />
    </div>
  )
}

function Replay({ id, after }: { id: string; after(): void }) {
  const { t } = useWords()
  const { message } = App.useApp()
  const { busy, act } = useAct()
  return (
    <div className="actions">
      <Button
        type="primary"
        loading={busy}
        data-testid="replay"
        onClick={() =>
          act(async () => {
            const { state, error } = await call('replayUpdate', { params: { id } })
            if (state === 'done') message.success(t('update.replayed'))
            else message.warning(error ?? t('update.replay-waits'))
            after()
          })
        }
      >
        {t('update.replay')}
      </Button>
      <span className="quiet">{t('update.replay.about')}</span>
    </div>
  )
}

/** What was sent besides the answer, by the outbox. */
function Followed({ id }: { id: string }) {
  const { t } = useWords()
  const { data } = useCall('listDeliveries', { query: { source: id, limit: 20 } })
  if (!data) return '…'
  if (data.deliveries.length === 0) return t('update.nothing-followed')
  return (
    <>
      {data.deliveries.map(({ key, state }) => (
        <Link key={key} to={`/deliveries?key=${encodeURIComponent(key)}`}>
          <State kind="state" code={state} />
        </Link>
      ))}
    </>
  )
}
