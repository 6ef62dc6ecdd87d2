import { GlobalOutlined, LogoutOutlined, MoonOutlined, SunOutlined, UserOutlined } from '@ant-design/icons'
import { Avatar, Button, Dropdown } from 'antd'
import { useNavigate } from 'react-router'
import { call, session } from '../api/browser.js'
import { useAct } from '../api/use-act.js'
import { useMe } from '../session/use-session.js'
import { LOOKS, useNarrow } from '../state/theme.js'
import { useLanguage } from '../words/use-words.js'
import { useGivenLook } from './look.js'

/** Language, look, one’s own account, signing out. */
export function AccountMenu() {
  const { words, speak } = useLanguage()
  const { t, label, locale } = words
  const { look, dark, choose } = useGivenLook()
  const { person } = useMe()
  const { busy, act } = useAct()
  const navigate = useNavigate()
  const narrow = useNarrow()
  const roles = person.roles.map((role) => label('role', role)).join(t('list.comma'))

  const out = () =>
    act(async () => {
      await call('signOut', {})
      session.left()
    })

  return (
    <>
      <Button
        type="text"
        icon={<GlobalOutlined />}
        aria-label={t('shell.language')}
        data-testid="language"
        onClick={() => speak(locale === 'en' ? 'zh-CN' : 'en')}
      >
        {locale === 'en' ? '中文' : 'EN'}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [look],
          items: LOOKS.map((one) => ({ key: one, label: t(`look.${one}`) })),
          onClick: ({ key }) => choose(LOOKS.find((one) => one === key) ?? 'system'),
        }}
      >
        <Button
          type="text"
          icon={dark ? <MoonOutlined /> : <SunOutlined />}
          aria-label={t('shell.look')}
          data-testid="look"
        />
      </Dropdown>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'who', type: 'group', label: `${person.login} · ${roles}` },
            { key: 'account', icon: <UserOutlined />, label: t('nav.account'), onClick: () => navigate('/account') },
            { type: 'divider' },
            { key: 'out', icon: <LogoutOutlined />, label: t('account.sign-out'), disabled: busy, onClick: out },
          ],
        }}
      >
        <Button type="text" className="me" data-testid="account-menu" aria-label={person.name}>
          <Avatar size="small">{person.name.slice(0, 1)}</Avatar>
          {!narrow && <span>{person.name}</span>}
        </Button>
      </Dropdown>
    </>
  )
}
