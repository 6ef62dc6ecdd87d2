import { App, Button, Card } from 'antd'
import { groupLimits } from '../../../../rules/wecom/limits-groups.js'
import { call } from '../../api/browser.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { Ask } from '../../shell/ask.js'
import { useWords } from '../../words/use-words.js'

const MOST = groupLimits.sendReminders.value
const DAY_MS = 86_400_000

/** Reminds those who have not confirmed; what the platform allows stands beside the button. */
export function Remind({ id, occurrence, after }: { id: string; occurrence: string; after(): void }) {
  const { t, number } = useWords()
  const { message } = App.useApp()
  const params = { id, occurrence }
  const { data, again } = useCall('getGroupSendTable', { params, query: { size: 200 } }, { everyMs: 15_000 })
  const open = (data?.tasks ?? []).filter(({ members }) => members.some(({ state }) => state === 'waiting'))
  const used = open.map(({ reminders }) => reminders.filter(({ at }) => Date.now() - Date.parse(at) < DAY_MS).length)
  const least = Math.min(...used)
  const confirmed = data?.totals.members['confirmed'] ?? 0
  const all = Object.values(data?.totals.members ?? {}).reduce((sum, count) => sum + count, 0)
  return (
    <Card size="small" title={t('gs.progress')}>
      <div className="stack">
        <p>
          <b>{t('gs.progress.of', { done: number(confirmed), all: number(all) })}</b>
        </p>
        {open.length > 0 && (
          <div className="actions" data-testid="remind">
            {least < MOST ? (
              <>
                <Ask
                  label={t('act.remind')}
                  title={t('act.remind')}
                  about={`${t('remind.about')} ${t('gs.remind.limit', { n: MOST })}`}
                  primary
                  done={t('act.done')}
                  act={async () => {
                    const { tasks } = await call('remindGroupSend', { params: { id } })
                    message.info(t('gs.remind.done', { n: tasks }))
                  }}
                  after={() => {
                    again()
                    after()
                  }}
                />
                <span className="quiet">{t('gs.remind.left', { used: least, left: MOST - least })}</span>
              </>
            ) : (
              <span className="warn">{t('gs.remind.none', { n: MOST })}</span>
            )}
          </div>
        )}
        <p className="quiet">{t('gs.remind.limit', { n: MOST })}</p>
      </div>
    </Card>
  )
}

/** Asks the platform for results now. */
export function Refresh({ id, after }: { id: string; after(): void }) {
  const { t } = useWords()
  const { message } = App.useApp()
  const { busy, act } = useAct()
  return (
    <Button
      loading={busy}
      onClick={() =>
        act(async () => {
          const { tasks } = await call('refreshGroupSend', { params: { id } })
          message.info(t('gs.refresh.done', { n: tasks }))
          after()
        })
      }
    >
      {t('gs.refresh')}
    </Button>
  )
}
