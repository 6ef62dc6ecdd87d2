import { Alert, Badge, Select } from 'antd'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { DeskMe } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useMay } from '../../session/use-session.js'
import { useWords } from '../../words/use-words.js'

/** Whether one is on duty, and the switch. */
export function Presence({ me, again }: { me: DeskMe; again(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  if (!me.member) return null
  return (
    <span className="presence">
      <Badge status={me.online ? 'success' : 'default'} />
      <Select<DeskMe['presence']>
        size="small"
        value={me.presence}
        loading={busy}
        aria-label={t('inbox.presence')}
        data-testid="presence"
        onChange={(presence) =>
          void act(async () => {
            await call('setDeskPresence', { params: { userid: me.staff }, body: { presence } })
            again()
          })
        }
        options={[
          { value: 'auto', label: t(me.online ? 'inbox.presence.auto.on' : 'inbox.presence.auto.off') },
          { value: 'online', label: t('inbox.presence.online') },
          { value: 'offline', label: t('inbox.presence.offline') },
        ]}
      />
      <span className="quiet small">
        {me.load}/{me.capacity}
      </span>
    </span>
  )
}

/** Why nothing can be taken: there is no desk, or one is none of its staff. */
export function NotStaff({ me }: { me: DeskMe }) {
  const { t } = useWords()
  const rules = useMay()('admin')
  const link = rules && <Link to="/service">{t('inbox.to-settings')}</Link>
  if (!me.on)
    return (
      <Alert
        type="info"
        showIcon
        title={t('inbox.off')}
        description={t(rules ? 'inbox.off.rules' : 'inbox.off.ask')}
        action={link}
        data-testid="desk-off"
      />
    )
  if (me.member) return null
  return (
    <Alert
      type="info"
      showIcon
      title={t('inbox.no-staff')}
      description={t('inbox.no-staff.about', { id: me.staff })}
      action={link}
      data-testid="no-staff"
    />
  )
}
