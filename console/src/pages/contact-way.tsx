import { Alert, Button, Empty, Form, Input, Skeleton, Tabs } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { call } from '../api/browser.js'
import type { ApiProblem } from '../api/problem.js'
import type { ContactWay } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Fields, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useDraft } from '../state/use-draft.js'
import { useWords, WithWords } from '../words/use-words.js'
import { type Definition, WayForm } from './codes/way-form.js'
import './codes/codes.css'
import { words } from './codes/words.js'

/** One contact way of WeCom (联系我), or a new one: seen, changed, made anew where its code is gone. */
export function ContactWayPage() {
  const { account = '', slug = '' } = useParams()
  return (
    <WithWords words={words}>
      <Needs scope="contacts:read">
        {slug === 'new' ? (
          <Editor account={account} again={() => undefined} />
        ) : (
          <Known key={slug} account={account} slug={slug} />
        )}
      </Needs>
    </WithWords>
  )
}

function Known({ account, slug }: { account: string; slug: string }) {
  const { t } = useWords()
  const { data, problem, again } = useCall('getContactWay', { params: { slug }, query: { account } })
  if (data) return <Editor key={data.version} account={account} way={data} again={again} />
  return (
    <Page title={slug} back={{ to: '/contact-ways', title: t('nav.contact-ways') }}>
      {problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />}
    </Page>
  )
}

function Editor({ account, way, again }: { account: string; way?: ContactWay; again(): void }) {
  const { t, number } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const initial = JSON.stringify(way?.definition ?? {}, null, 2)
  const draft = useDraft(`way:${account}:${way?.slug ?? 'new'}`, initial)
  const [slug, setSlug] = useState(way?.slug ?? '')
  const [problem, setProblem] = useState<ApiProblem>()
  const value = read(draft.value)
  const off = way?.origin === 'file' || !may('contacts:write')
  const params = { slug: slug.trim() || '-' }
  const query = account === '-' ? {} : { account }
  const fault = (name: string) => {
    const found = problem?.fields.find(
      ({ field }) => field === name || field.startsWith(`${name}[`) || field.startsWith(`${name}.`),
    )
    return found ? { validateStatus: 'error' as const, help: `${found.message} ${found.fix ?? ''}` } : {}
  }
  const save = (version: number) =>
    act(
      async () => {
        const saved = await call('putContactWay', { params, query, body: { definition: value ?? {}, version } })
        setProblem(undefined)
        draft.drop()
        if (way) again()
        else navigate(`/contact-ways/${saved.account}/${saved.slug}`, { replace: true })
      },
      t('way.edit.saved'),
      setProblem,
    )

  return (
    <Page
      title={way?.name ?? t('way.edit.new')}
      back={{ to: '/contact-ways', title: t('nav.contact-ways') }}
      actions={
        <>
          {way?.status === 'gone' && may('contacts:write') && (
            <Ask
              label={t('way.edit.remake')}
              title={t('way.edit.remake.title')}
              about={t('way.edit.remake.about')}
              done={t('way.edit.remade')}
              act={() => call('remakeContactWay', { params, query })}
              after={again}
            />
          )}
          {way && !off && (
            <Ask
              danger
              label={t('way.edit.remove')}
              title={t('way.edit.remove.title')}
              about={t('way.edit.remove.about')}
              done={t('way.edit.removed')}
              act={() => call('deleteContactWay', { params, query })}
              after={() => navigate('/contact-ways')}
            />
          )}
          {!off && (
            <Button
              type="primary"
              loading={busy}
              disabled={value === undefined || (way !== undefined && draft.value === initial)}
              onClick={() => save(way?.version ?? 0)}
              data-testid="save"
            >
              {t('act.save')}
            </Button>
          )}
        </>
      }
    >
      {way?.origin === 'file' && (
        <Alert type="info" showIcon title={t('way.edit.file', { file: `content/contact-ways/${way.slug}.yaml` })} />
      )}
      {problem?.code === 'contact-way.stale' ? (
        <Alert
          type="warning"
          showIcon
          title={t('way.edit.stale')}
          action={
            <Button
              size="small"
              onClick={() => {
                setProblem(undefined)
                draft.drop()
                again()
              }}
            >
              {t('way.edit.stale.theirs')}
            </Button>
          }
        />
      ) : (
        problem && <ProblemAlert problem={problem} />
      )}
      <div className="two">
        <div className="stack">
          {!way && (
            <Form layout="vertical" requiredMark={false}>
              <Form.Item label={t('col.id')} extra={t('way.edit.slug.about')} {...fault('slug')}>
                <Input
                  value={slug}
                  maxLength={64}
                  onChange={({ target }) => setSlug(target.value)}
                  data-testid="way-slug"
                />
              </Form.Item>
            </Form>
          )}
          <Tabs
            items={[
              {
                key: 'form',
                label: t('way.edit.form'),
                children: value ? (
                  <WayForm
                    value={value}
                    off={off}
                    isNew={!way}
                    fault={fault}
                    change={(next) => draft.set(JSON.stringify(next, null, 2))}
                  />
                ) : (
                  <Alert type="error" showIcon title={t('way.edit.bad-json')} />
                ),
              },
              {
                key: 'json',
                label: t('way.edit.json'),
                children: (
                  <Input.TextArea
                    value={draft.value}
                    readOnly={off}
                    autoSize={{ minRows: 12, maxRows: 40 }}
                    aria-label={t('way.edit.json')}
                    onChange={({ target }) => draft.set(target.value)}
                    spellCheck={false}
                  />
                ),
              },
            ]}
          />
        </div>
        {way && (
          <aside className="panel stack">
            {way.qrCode === undefined ? (
              <Empty description={t('code.no-picture')} />
            ) : (
              <div className="code-picture">
                <img src={way.qrCode} alt={t('code.of', { name: way.name })} />
              </div>
            )}
            <Fields
              lines={[
                [t('col.state'), <State key="state" kind="state" code={way.status} />],
                [t('col.channel-code'), <code key="code">{way.state}</code>],
                [t('ways.added'), number(way.counts.added)],
                [t('ways.lost'), number(way.counts.lost)],
                way.problem && [t('way.edit.problem'), way.problem.message],
              ]}
            />
          </aside>
        )}
      </div>
    </Page>
  )
}

function read(text: string): Definition | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Definition) : undefined
  } catch {
    return undefined
  }
}
