import { ReloadOutlined } from '@ant-design/icons'
import { Alert, Button, Empty, Input, Select, Skeleton, Space, Tabs } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import { useAct } from '../api/use-act.js'
import { useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { LiveLines } from './menus/changes.js'
import { History } from './menus/history.js'
import { type AccountMenus, MenuEditor } from './menus/menu-editor.js'
import './menus/menus.css'
import { words } from './menus/words.js'

/** The menus below the chats of Official Accounts: edited, compared with what is on WeChat, published, put back. */
export function Menus() {
  return (
    <WithWords words={words}>
      <Needs scope="content:read">
        <Accounts />
      </Needs>
    </WithWords>
  )
}

function Accounts() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  const { data, problem, again } = useCall('listMenuAccounts', {})
  const account = search.get('account') ?? data?.accounts[0]?.account
  return (
    <Page
      title={t('nav.menus')}
      about={t('menu.about')}
      actions={
        data &&
        data.accounts.length > 1 && (
          <Select
            value={account ?? null}
            aria-label={t('menu.account')}
            options={data.accounts.map((each) => ({ value: each.account, label: each.account }))}
            onChange={(next) => setSearch({ account: next ?? '' })}
          />
        )
      }
    >
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && account === undefined && <Empty description={t('menu.no-account')} />}
      {account !== undefined && <Account key={account} account={account} />}
    </Page>
  )
}

function Account({ account }: { account: string }) {
  const { t } = useWords()
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const { data, problem, loading, again } = useCall('getMenus', { params: { account } })
  if (!data) return problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />
  const slug = search.get('menu') ?? data.menus[0]?.slug
  const item = data.menus.find((each) => each.slug === slug) ?? data.menus[0]
  return (
    <>
      {!data.may && <Alert type="warning" showIcon title={t('menu.may-not')} />}
      {data.liveProblem !== undefined && (
        <Alert
          type="error"
          showIcon
          title={t('menu.live.unknown')}
          description={data.liveProblem}
          action={<Button onClick={again}>{t('act.again')}</Button>}
        />
      )}
      <Tabs
        {...(item && { activeKey: item.slug })}
        onChange={(menu) => setSearch({ account, menu })}
        items={data.menus.map((each) => ({
          key: each.slug,
          label: `${each.slug}${each.tag === undefined ? '' : `（${t('menu.tagged', { tag: each.tag })}）`}${each.changes === undefined || each.changes.length === 0 ? '' : ' •'}`,
        }))}
        tabBarExtraContent={
          <Space>
            <Button icon={<ReloadOutlined />} loading={loading} aria-label={t('act.refresh')} onClick={again} />
            {may('content:write') && (
              <NewMenu
                of={data}
                made={(menu) => {
                  setSearch({ account, menu })
                  again()
                }}
              />
            )}
          </Space>
        }
      />
      {item ? (
        <MenuEditor key={`${item.slug}:${item.draft?.rev ?? 0}`} of={data} item={item} again={again} />
      ) : (
        <Empty description={t('menu.none')} />
      )}
      <div className="two">
        <Live of={data} />
        <History of={data} again={again} />
      </div>
    </>
  )
}

/** Another menu, as a draft with one button. */
function NewMenu({ of, made }: { of: AccountMenus; made(slug: string): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [slug, setSlug] = useState('')
  const taken = of.menus.some((each) => each.slug === slug)
  const fits = /^[a-z0-9][a-z0-9-]{0,63}$/.test(slug) && !taken
  return (
    <Space.Compact>
      <Input
        value={slug}
        onChange={({ target }) => setSlug(target.value.trim())}
        placeholder={t('menu.new.slug')}
        aria-label={t('menu.new.slug')}
        maxLength={64}
        className="menu-slug"
        {...(slug !== '' && !fits && { status: 'error' as const })}
      />
      <Button
        loading={busy}
        disabled={!fits}
        onClick={() =>
          act(async () => {
            const [tag] = of.live?.tags ?? []
            const definition = {
              ...(of.menus.length > 0 && tag && { tag: tag.name }),
              buttons: [{ name: t('menu.new.button'), keyword: t('menu.new.button') }],
            }
            await call('putMenuDraft', { params: { account: of.account, slug }, body: { definition, rev: 0 } })
            setSlug('')
            made(slug)
          })
        }
      >
        {t('menu.new')}
      </Button>
    </Space.Compact>
  )
}

/** What is on WeChat now: the menu for everybody, and those for tags. */
function Live({ of: { live } }: { of: AccountMenus }) {
  const { t } = useWords()
  if (!live) return null
  return (
    <section className="panel" data-testid="live">
      <h2>{t('menu.live')}</h2>
      <p className="quiet">
        {live.source === 'api' ? t('menu.live.api') : live.source === 'console' ? t('menu.live.console') : ''}
      </p>
      <LiveLines of={live.lines} />
      {live.conditional.map(({ id, tag, tagId, lines }) => (
        <details key={id}>
          <summary>{t('menu.tagged', { tag: tag ?? tagId })}</summary>
          <LiveLines of={lines} />
        </details>
      ))}
    </section>
  )
}
