import { Alert, Button, Form, Input, Tabs } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { given } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { CountPanel } from './count-panel.js'
import { JsonView } from './json-view.js'
import { RuleBuilder } from './rule-builder.js'
import { type Draft, groupOf, isDraft, normal } from './tree.js'
import { TryPerson } from './try-person.js'
import { useCount } from './use-count.js'

type Segment = Answer<'getSegment'>

/** What is typed of a segment, with the version it began from. */
interface Typed {
  slug: string
  title: string
  description: string
  rule: Draft
  version: number
}

const EMPTY: Typed = {
  slug: '',
  title: '',
  description: '',
  rule: { all: [{ follow: { channel: 'oa', state: 'following' } }] },
  version: 0,
}

function typedOf(segment: Segment | undefined, copied: boolean): Typed {
  if (!segment) return EMPTY
  const { slug, title, description = '', version = 0 } = segment
  const rule = normal(segment.rule as Draft)
  const whole = groupOf(rule) === undefined ? { all: [rule] } : rule
  return { slug: copied ? `${slug}-copy` : slug, title, description, rule: whole, version: copied ? 0 : version }
}

/** A segment as it is built: conditions, live count, one person tried, saved against the version it began from. */
export function SegmentEditor({ segment, copied, again }: { segment?: Segment; copied: boolean; again(): void }) {
  const { t, moment } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const initial = typedOf(segment, copied)
  const isNew = segment === undefined || copied
  const draft = useDraft(`segment:${isNew ? 'new' : segment.slug}`, JSON.stringify(initial))
  const [problem, setProblem] = useState<ApiProblem>()
  const [view, setView] = useState('build')
  const typed = read(draft.value) ?? initial
  const fromFile = segment?.origin === 'file' && !copied
  const off = fromFile || !may('segments:write')
  const count = useCount(typed.rule, may('segments:read'))
  const set = (more: Partial<Typed>) => draft.set(JSON.stringify({ ...typed, ...more }))
  const problems = [...(problem?.fields ?? []), ...(count.problem?.fields ?? [])].filter(
    ({ field, message }, index, all) =>
      all.findIndex((one) => one.field === field && one.message === message) === index,
  )
  const stale = problem?.code === 'segment.stale' || (typed.version > 0 && typed.version < (segment?.version ?? 0))
  const dirty = draft.value !== JSON.stringify(initial)
  const fault = (name: string) => problems.find(({ field }) => field === name)

  function save(version: number): Promise<boolean> {
    const { slug, title, description, rule } = typed
    const body = { title, rule: rule as never, version, ...given({ description: description.trim() }) }
    return act(
      async () => {
        const saved = await call('putSegment', { params: { slug: slug.trim() || '-' }, body })
        setProblem(undefined)
        draft.drop()
        if (isNew) navigate(`/segments/${saved.slug}`, { replace: true })
        else again()
      },
      t('seg.saved'),
      setProblem,
    )
  }

  return (
    <Page
      title={isNew ? t('seg.new') : segment.title}
      back={{ to: '/segments', title: t('nav.segments') }}
      {...(!isNew && { about: <code>{segment.slug}</code> })}
      actions={
        <>
          {!isNew && may('contacts:read') && (
            <Button onClick={() => navigate(`/contacts?tab=segment&segment=${segment.slug}`)}>{t('seg.people')}</Button>
          )}
          {!isNew && may('segments:write') && (
            <Button onClick={() => navigate(`/segments/new?from=${segment.slug}`)}>{t('seg.copy')}</Button>
          )}
          {!isNew && !off && (
            <Ask
              label={t('seg.delete')}
              title={t('seg.delete.title', { title: segment.title })}
              about={
                segment.usedBy.length > 0 ? t('seg.delete.used', { n: segment.usedBy.length }) : t('seg.delete.about')
              }
              danger
              done={t('seg.deleted')}
              act={() =>
                call('deleteSegment', {
                  params: { slug: segment.slug },
                  query: given({ version: segment.version }),
                })
              }
              after={() => navigate('/segments')}
            />
          )}
          {!off && (
            <Button
              type="primary"
              loading={busy}
              disabled={!dirty && !isNew}
              onClick={() => save(typed.version)}
              data-testid="save"
            >
              {t('act.save')}
            </Button>
          )}
        </>
      }
    >
      {fromFile && (
        <Alert type="info" showIcon title={t('seg.file', { file: `content/segments/${segment.slug}.yaml` })} />
      )}
      {!off && draft.restored && dirty && (
        <Alert
          type="info"
          showIcon
          title={t('draft.restored', { at: moment(draft.restored) })}
          action={
            <Button size="small" onClick={draft.drop}>
              {t('seg.discard')}
            </Button>
          }
        />
      )}
      {stale && (
        <Alert
          type="warning"
          showIcon
          data-testid="stale"
          title={t('seg.stale')}
          description={t('seg.stale.about')}
          action={
            <div className="stack">
              <Button
                size="small"
                onClick={() => {
                  setProblem(undefined)
                  draft.drop()
                  again()
                }}
              >
                {t('seg.stale.theirs')}
              </Button>
              <Button
                size="small"
                danger
                onClick={async () => {
                  const now = await call('getSegment', { params: { slug: typed.slug } })
                  await save(now.version ?? 0)
                }}
              >
                {t('seg.stale.mine')}
              </Button>
            </div>
          }
        />
      )}
      {problem && !stale && <ProblemAlert problem={problem} />}
      <div className="seg-page">
        <div className="stack">
          <Form layout="vertical" requiredMark={false} className="seg-head">
            <Form.Item label={t('col.name')} {...wrong(fault('title')?.message)}>
              <Input
                value={typed.title}
                disabled={off}
                maxLength={40}
                onChange={({ target }) => set({ title: target.value })}
                data-testid="title"
              />
            </Form.Item>
            {isNew && (
              <Form.Item label={t('seg.slug')} extra={t('seg.slug.about')} {...wrong(fault('slug')?.message)}>
                <Input
                  value={typed.slug}
                  maxLength={64}
                  onChange={({ target }) => set({ slug: target.value })}
                  data-testid="slug"
                />
              </Form.Item>
            )}
            <Form.Item label={t('seg.description')} {...wrong(fault('description')?.message)}>
              <Input
                value={typed.description}
                disabled={off}
                maxLength={200}
                onChange={({ target }) => set({ description: target.value })}
              />
            </Form.Item>
          </Form>
          <Tabs
            activeKey={view}
            onChange={setView}
            items={[
              {
                key: 'build',
                label: t('seg.build'),
                children: (
                  <RuleBuilder rule={typed.rule} off={off} problems={problems} change={(rule) => set({ rule })} />
                ),
              },
              {
                key: 'json',
                label: t('seg.json'),
                children: <JsonView rule={typed.rule} off={off} change={(rule) => set({ rule })} />,
              },
            ]}
          />
        </div>
        <aside className="stack">
          <CountPanel count={count} />
          {may('contacts:read') && <TryPerson rule={typed.rule} />}
          {!isNew && <UsedBy of={segment.usedBy} />}
        </aside>
      </div>
    </Page>
  )
}

function UsedBy({ of }: { of: Segment['usedBy'] }) {
  const { t } = useWords()
  return (
    <section className="panel">
      <h2>{t('seg.used-by')}</h2>
      {of.length === 0 ? (
        <p className="quiet">{t('seg.used-by.none')}</p>
      ) : (
        <ul className="rows">
          {of.map(({ kind, id, title }) => (
            <li key={`${kind}:${id}`}>
              {kind === 'segment' ? t('nav.segments') : kind === 'campaign' ? t('nav.campaigns') : t('nav.group-sends')}{' '}
              {title} <code>{id}</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const wrong = (message: string | undefined) =>
  message === undefined ? {} : { validateStatus: 'error' as const, help: message }

function read(text: string): Typed | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isDraft(value) && isDraft(value['rule']) ? (value as unknown as Typed) : undefined
  } catch {
    return undefined
  }
}
