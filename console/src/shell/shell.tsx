import { MenuOutlined } from '@ant-design/icons'
import { Alert, Button, Drawer, Layout, Menu } from 'antd'
import { lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from 'react'
import { Link, useLocation, useSearchParams } from 'react-router'
import { connection } from '../api/browser.js'
import { SignInAgain } from '../session/sign-in-again.js'
import { useMay } from '../session/use-session.js'
import { useNarrow } from '../state/theme.js'
import { useWords } from '../words/use-words.js'
import { AccountMenu } from './account-menu.js'
import { MENU } from './menu.js'

const Tour = lazy(() => import('../pages/tour/tour.js').then((part) => ({ default: part.Tour })))

/** The frame around every page: menu, account, the note that the server is away, the way back in. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useWords()
  const narrow = useNarrow()
  const [open, setOpen] = useState(false)
  const tour = useSearchParams()[0].get('tour')
  const up = useSyncExternalStore(connection.subscribe, connection.isUp)

  return (
    <Layout className="shell">
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      {!narrow && (
        <Layout.Sider width={208} className="side">
          <Brand />
          <Navigation />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className="head">
          {narrow && (
            <>
              <Button
                type="text"
                icon={<MenuOutlined />}
                aria-label={t('shell.menu')}
                data-testid="open-menu"
                onClick={() => setOpen(true)}
              />
              <Brand />
            </>
          )}
          <span className="grow" />
          <AccountMenu />
        </Layout.Header>
        {!up && (
          <Alert
            type="warning"
            banner
            title={t('shell.away')}
            description={t('shell.away.more')}
            data-testid="away"
            role="status"
          />
        )}
        <Layout.Content id="content" className="content" tabIndex={-1}>
          {children}
        </Layout.Content>
      </Layout>
      {narrow && (
        <Drawer
          open={open}
          onClose={() => setOpen(false)}
          placement="left"
          size={260}
          title={<Brand />}
          classNames={{ body: 'drawer-menu' }}
        >
          <Navigation chosen={() => setOpen(false)} />
        </Drawer>
      )}
      {tour !== null && /^\d{1,2}$/.test(tour) && (
        <Suspense>
          <Tour at={Number(tour)} />
        </Suspense>
      )}
      <SignInAgain />
    </Layout>
  )
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <img src="/console/icon.svg" alt="" width={28} height={28} />
      <span>
        微环 <small>WeLoop</small>
      </span>
    </Link>
  )
}

/** What somebody may not do does not stand there; a group without lines neither. */
function Navigation({ chosen }: { chosen?: () => void }) {
  const { t } = useWords()
  const may = useMay()
  const { pathname } = useLocation()
  const shown = MENU.map(({ word, lines }) => ({
    word,
    lines: lines.filter(({ scope }) => scope === undefined || may(scope)),
  })).filter(({ lines }) => lines.length > 0)
  const current = shown
    .flatMap(({ lines }) => lines.map(({ path }) => path))
    .find((path) => (path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`)))
  return (
    <nav aria-label={t('shell.menu')}>
      <Menu
        mode="inline"
        selectedKeys={current === undefined ? [] : [current]}
        data-testid="menu"
        {...(chosen && { onClick: chosen })}
        items={shown.map(({ word, lines }) => ({
          type: 'group',
          key: word,
          label: t(word),
          children: lines.map(({ path, word: name, icon, outside }) => ({
            key: path,
            icon,
            label: outside ? (
              <a href={path} target="_blank" rel="noreferrer">
                {t(name)}
              </a>
            ) : (
              <Link to={path}>{t(name)}</Link>
            ),
          })),
        }))}
      />
    </nav>
  )
}
