import { Alert, Card, Empty, Skeleton, Tabs } from 'antd'
import { useParams, useSearchParams } from 'react-router'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { Estimate } from './group-sends/estimate.js'
import { PathOf } from './group-sends/path.js'
import { RunHead } from './group-sends/runs.js'
import './group-sends/group-sends.css'
import { kindOf, type Shown } from './group-sends/shown.js'
import { What } from './group-sends/what.js'
import { words as sendWords } from './group-sends/words.js'
import { Refresh, Remind } from './groups/remind.js'
import { Targets } from './groups/targets.js'
import { Tasks } from './groups/tasks.js'
import { words } from './groups/words.js'

/**
 * One group send: what it says to whom, the estimate, what can be done now; its runs, and of each which member of staff
 * has confirmed, what became of every target and why.
 */
export function GroupSendPage() {
  const { id = '' } = useParams()
  return (
    <Needs scope="groups:read">
      <WithWords words={words}>
        <WithWords words={sendWords}>
          <One key={id} id={id} />
        </WithWords>
      </WithWords>
    </Needs>
  )
}

function One({ id }: { id: string }) {
  const { t } = useWords()
  const may = useMay()('groups:write')
  const [search] = useSearchParams()
  const { data, problem, again } = useCall('getGroupSend', { params: { id } }, { everyMs: 10_000 })
  const options = useCall('groupSendOptions', {})
  const occurrence = search.get('run') ?? data?.runs[0]?.occurrence
  return (
    <Page
      title={data?.definition.name ?? id}
      back={{ to: '/group-sends', title: t('nav.group-sends') }}
      help={<LimitHelp of="groupSends" />}
      about={data && <State kind="campaign" code={data.state} />}
      actions={may && occurrence !== undefined && <Refresh id={id} after={again} />}
    >
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && (
        <>
          <PathOf send={data} options={options.data} again={again} />
          <Reason send={data} />
          <div className="two">
            <What send={data} expireAfterMinutes={options.data?.expireAfterMinutes} />
            <Card size="small" title={t('campaign.estimate')}>
              {data.estimate ? (
                <Estimate estimate={data.estimate} kind={kindOf(data.definition.to)} />
              ) : (
                <p className="quiet">{t('send.no-estimate')}</p>
              )}
            </Card>
          </div>
          {occurrence === undefined ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('campaign.no-runs')} />
          ) : (
            <Runs send={data} occurrence={occurrence} again={again} />
          )}
        </>
      )}
    </Page>
  )
}

/** Why it was stopped, or sent back to be approved again. */
function Reason({ send: { reason, state, names } }: { send: Shown }) {
  const { t } = useWords()
  if (reason === undefined) return null
  return (
    <Alert
      type={state === 'stopped' ? 'warning' : 'info'}
      showIcon
      title={reason.text === 'by hand' ? t('send.by-hand') : reason.text}
      description={
        <>
          {reason.by !== undefined && `${names[reason.by] ?? reason.by} · `}
          <Moment at={reason.at} />
        </>
      }
    />
  )
}

function Runs({ send, occurrence, again }: { send: Shown; occurrence: string; again(): void }) {
  const { t } = useWords()
  const may = useMay()('groups:write')
  const [search, setSearch] = useSearchParams()
  const { id, state, runs, names, reason } = send
  return (
    <>
      <RunHead
        runs={runs}
        occurrence={occurrence}
        names={names}
        said={reason?.text}
        choose={(run) => setSearch({ run })}
      />
      {may && state === 'running' && <Remind id={id} occurrence={occurrence} after={again} />}
      <Tabs
        activeKey={search.get('view') ?? 'tasks'}
        destroyOnHidden
        onChange={(view) => setSearch({ run: occurrence, view })}
        items={[
          { key: 'tasks', label: t('gs.progress'), children: <Tasks id={id} occurrence={occurrence} /> },
          { key: 'targets', label: t('gs.targets'), children: <Targets id={id} occurrence={occurrence} /> },
        ]}
      />
    </>
  )
}
