import { Alert, Button, Result, Skeleton, Switch, Tabs, Tag } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { ApiProblem } from '../api/problem.js'
import type { DeskMe, DeskSettings } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useDraft } from '../state/use-draft.js'
import { useWords, WithWords } from '../words/use-words.js'
import { CannedPart } from './service/canned.js'
import { type Definition, readDefinition, starter, tidy } from './service/definition.js'
import { HoursPart } from './service/hours.js'
import { RoutingPart } from './service/routing.js'
import { StaffPart } from './service/staff.js'
import { TextsPart } from './service/texts.js'
import { words } from './service/words.js'
import './service/service.css'

/** Hours, staff, routing, times and texts of the desk, and canned replies. */
export function Service() {
  return (
    <WithWords words={words}>
      <Needs scope="desk:read">
        <Loaded />
      </Needs>
    </WithWords>
  )
}

function Loaded() {
  const { t } = useWords()
  const { data, problem, again } = useCall('getDeskSettings', {})
  const { data: me } = useCall('getDeskMe', {})
  if (data && me) return <Settings key={data.revision} found={data} me={me} again={again} />
  return (
    <Page title={t('nav.service')}>
      {problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />}
    </Page>
  )
}

function Settings({ found, me, again }: { found: DeskSettings; me: DeskMe; again(): void }) {
  const { t, moment } = useWords()
  const rules = useMay()('admin')
  const [search, setSearch] = useSearchParams()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const draft = useDraft('desk-settings', '')
  const kept = found.definition as unknown as Definition | undefined
  const written = readDefinition(draft.value)
  const value = written ?? kept
  const fixed = found.origin === 'file' || !rules

  async function save(definition: Definition, enabled: boolean, revision = found.revision): Promise<void> {
    const body = { revision, enabled, definition: { ...tidy(definition) } }
    const put = async () => {
      await call('putDeskSettings', { body })
      draft.drop()
    }
    if (await act(put, t('service.saved'), setProblem)) {
      setProblem(undefined)
      again()
    }
  }

  if (!value)
    return (
      <Page title={t('nav.service')}>
        {problem && <ProblemAlert problem={problem} />}
        <Result
          status="info"
          title={t('service.off')}
          subTitle={t('service.off.about')}
          extra={
            rules ? (
              <Button
                type="primary"
                loading={busy}
                data-testid="start"
                onClick={() =>
                  void save(starter({ userid: me.staff, name: me.name, shifts: ['全天'], supervisor: true }), true)
                }
              >
                {t('service.start')}
              </Button>
            ) : (
              <span className="quiet">{t('service.off.ask')}</span>
            )
          }
        />
        <CannedPart />
      </Page>
    )

  const change = (next: Partial<Definition>) => draft.set(JSON.stringify({ ...value, ...next }))
  const edits = { value, change, fixed }
  const stale = problem?.code === 'desk.settings-stale'
  return (
    <Page
      title={t('nav.service')}
      about={
        <>
          {found.origin === 'file' ? (
            <Tag>{found.file}</Tag>
          ) : (
            <Tag color={found.on ? 'success' : 'default'} data-testid="desk-on">
              {t(found.on ? 'service.on' : 'service.paused')}
            </Tag>
          )}
          {found.updatedBy !== undefined && found.origin === 'store' && (
            <span>
              {t('service.by', { name: found.updatedBy })} <Moment at={found.updatedAt} />
            </span>
          )}
        </>
      }
      actions={
        !fixed && (
          <>
            <Switch
              checked={found.on}
              loading={busy}
              checkedChildren={t('service.on')}
              unCheckedChildren={t('service.paused')}
              aria-label={t('service.switch')}
              onChange={(on) => void save(kept ?? value, on)}
            />
            {written && <Button onClick={draft.drop}>{t('service.discard')}</Button>}
            <Button
              type="primary"
              loading={busy}
              disabled={!written}
              onClick={() => void save(value, true)}
              data-testid="save-settings"
            >
              {t('act.save')}
            </Button>
          </>
        )
      }
    >
      {found.origin === 'file' && (
        <Alert type="info" showIcon title={t('service.file', { file: found.file ?? '' })} data-testid="file-owned" />
      )}
      {found.origin !== 'file' && !rules && <Alert type="info" showIcon title={t('service.read-only')} />}
      {found.problems.map(({ field, message, fix }) => (
        <Alert key={`${field}${message}`} type="error" showIcon title={`${field} ${message}`} description={fix} />
      ))}
      {written && draft.restored && (
        <Alert type="info" showIcon title={t('draft.restored', { at: moment(draft.restored) })} />
      )}
      {problem && !stale && <ProblemAlert problem={problem} />}
      {stale && (
        <Alert
          type="warning"
          showIcon
          data-testid="stale"
          title={t('service.stale', { name: problem.fields[0]?.message ?? '' })}
          description={t('service.stale.about')}
          action={
            <div className="actions">
              <Button
                onClick={() => {
                  draft.drop()
                  setProblem(undefined)
                  again()
                }}
              >
                {t('service.theirs')}
              </Button>
              <Button
                danger
                onClick={async () => {
                  const now = await call('getDeskSettings', {})
                  await save(value, true, now.revision)
                }}
              >
                {t('service.mine')}
              </Button>
            </div>
          }
        />
      )}
      <Tabs
        activeKey={search.get('tab') ?? 'hours'}
        destroyOnHidden
        onChange={(tab) => setSearch({ tab })}
        items={[
          { key: 'hours', label: t('service.hours'), children: <HoursPart {...edits} /> },
          { key: 'staff', label: t('service.staff'), children: <StaffPart {...edits} /> },
          {
            key: 'routing',
            label: t('service.routing'),
            children: <RoutingPart {...edits} defaults={found.defaults.times} />,
          },
          {
            key: 'texts',
            label: t('service.texts'),
            children: <TextsPart {...edits} defaults={found.defaults.texts} />,
          },
          { key: 'canned', label: t('service.canned'), children: <CannedPart /> },
        ]}
      />
    </Page>
  )
}
