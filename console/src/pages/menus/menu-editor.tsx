import { Alert, Button, Select, Spin, Tag } from 'antd'
import { useState } from 'react'
import { limits } from '../../../../rules/official-account/limits.js'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { ButtonsEditor } from './buttons-editor.js'
import { Changes } from './changes.js'
import { type Menu, menuOf } from './model.js'
import { Phone } from './phone.js'
import { useCompare } from './use-compare.js'
import { Versions } from './versions.js'

export type AccountMenus = Answer<'getMenus'>
export type Item = AccountMenus['menus'][number]

/** One menu: edited, shown as a phone shows it, compared with what is on WeChat, saved as a draft, published. */
export function MenuEditor({ of, item, again }: { of: AccountMenus; item: Item; again(): void }) {
  const { t, moment } = useWords()
  const may = useMay()
  const { busy, act } = useAct()
  const { account, live } = of
  const { slug, file, draft } = item
  const saved = JSON.stringify(menuOf(draft ? draft.definition : file))
  const typed = useDraft(`menu:${account}:${slug}`, saved)
  const [problem, setProblem] = useState<ApiProblem>()
  const menu = read(typed.value)
  const compared = useCompare(account, slug, menu)
  const off = !may('content:write')
  const dirty = typed.value !== saved
  const problems = compared.found?.problems ?? item.problems
  const changes = dirty ? compared.found?.changes : (item.changes ?? compared.found?.changes)
  const broken = problems.some(({ severity }) => severity === 'error')
  const change = (next: Menu) => typed.set(JSON.stringify(next))
  const params = { account, slug }

  const save = (rev: number) =>
    act(
      async () => {
        await call('putMenuDraft', { params, body: { definition: menu as never, rev } })
        setProblem(undefined)
        typed.drop()
        again()
      },
      t('menu.saved'),
      setProblem,
    )

  return (
    <div className="menu-page">
      <div className="stack">
        <div className="menu-state">
          {file !== undefined && <Tag>{t('menu.from-file', { file: `content/menus/${slug}.yaml` })}</Tag>}
          {draft && (
            <Tag color="processing">
              {t('menu.draft', { rev: draft.rev, by: draft.updatedBy })} <Moment at={draft.updatedAt} />
            </Tag>
          )}
          {dirty && <Tag color="warning">{t('menu.unsaved')}</Tag>}
          {compared.busy && <Spin size="small" />}
        </div>
        {typed.restored && dirty && (
          <Alert
            type="info"
            showIcon
            title={t('draft.restored', { at: moment(typed.restored) })}
            action={
              <Button size="small" onClick={typed.drop}>
                {t('menu.discard')}
              </Button>
            }
          />
        )}
        {problem?.code === 'menu.stale' ? (
          <Alert
            type="warning"
            showIcon
            data-testid="stale"
            title={t('menu.stale')}
            action={
              <div className="stack">
                <Button
                  size="small"
                  onClick={() => {
                    setProblem(undefined)
                    typed.drop()
                    again()
                  }}
                >
                  {t('menu.stale.theirs')}
                </Button>
                <Button
                  size="small"
                  danger
                  onClick={async () => {
                    const now = await call('getMenus', { params: { account } })
                    await save(now.menus.find((each) => each.slug === slug)?.draft?.rev ?? 0)
                  }}
                >
                  {t('menu.stale.mine')}
                </Button>
              </div>
            }
          />
        ) : (
          problem && <ProblemAlert problem={problem} />
        )}
        <TagChoice menu={menu} tags={live?.tags ?? []} off={off} change={change} />
        <ButtonsEditor
          menu={menu}
          change={change}
          off={off}
          problems={problems}
          targets={{ articles: of.articles, cards: of.cards }}
        />
        <p className="quiet">
          {t('menu.limits', {
            name: limits.menuNameBytes.value,
            sub: limits.menuSubNameBytes.value,
            domains: limits.conditionalMenuDomains.value,
          })}
        </p>
      </div>
      <aside className="stack">
        <Phone menu={menu} name={account} />
        <section className="panel stack">
          <h2>{t('menu.difference')}</h2>
          {changes ? (
            <Changes of={changes} />
          ) : (
            <p className="quiet">{broken ? t('menu.broken') : t('menu.unknown')}</p>
          )}
          {!off && (
            <div className="actions">
              <Button loading={busy} disabled={!dirty} onClick={() => save(draft?.rev ?? 0)} data-testid="save-draft">
                {t('menu.save')}
              </Button>
              {live && !dirty && !broken && (item.changes?.length ?? 0) > 0 && (
                <Ask
                  primary
                  label={t('menu.publish')}
                  title={t('menu.publish.title', { account })}
                  about={
                    <>
                      {live.source === 'console' && item.tag === undefined && (
                        <Alert type="warning" showIcon title={t('menu.publish.by-hand')} />
                      )}
                      <Changes of={item.changes ?? []} />
                      <p className="quiet">{t('menu.publish.about')}</p>
                    </>
                  }
                  done={t('menu.published-now')}
                  act={() => call('publishMenus', { params: { account }, body: { seen: live.hash, slugs: [slug] } })}
                  after={again}
                />
              )}
              {draft && (
                <Ask
                  danger
                  label={t('menu.drop')}
                  title={file === undefined ? t('menu.drop.title') : t('menu.drop.file')}
                  done={t('menu.dropped')}
                  act={() => call('dropMenuDraft', { params, query: { rev: draft.rev } })}
                  after={() => {
                    typed.drop()
                    again()
                  }}
                />
              )}
            </div>
          )}
          {dirty && <p className="quiet">{t('menu.save-first')}</p>}
        </section>
        <Versions
          account={account}
          slug={slug}
          rev={draft?.rev}
          off={off}
          take={(definition) => change(menuOf(definition))}
        />
      </aside>
    </div>
  )
}

/** For whom the menu is: everybody, or followers with one tag. */
function TagChoice(props: {
  menu: Menu
  tags: readonly { id: string; name: string }[]
  off: boolean
  change(menu: Menu): void
}) {
  const { menu, tags, off, change } = props
  const { t } = useWords()
  return (
    <div className="menu-for">
      {t('menu.for')}
      <Select
        value={menu.tag ?? ''}
        disabled={off}
        aria-label={t('menu.for')}
        options={[
          { value: '', label: t('menu.everybody') },
          ...tags.map(({ name }) => ({ value: name, label: t('menu.tagged', { tag: name }) })),
        ]}
        onChange={(tag) => {
          const { tag: _, ...rest } = menu
          change(tag === '' ? rest : { tag, ...rest })
        }}
        popupMatchSelectWidth={false}
      />
    </div>
  )
}

function read(text: string): Menu {
  try {
    return menuOf(JSON.parse(text))
  } catch {
    return { buttons: [] }
  }
}
