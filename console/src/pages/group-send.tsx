import { Card, Empty, Select, Skeleton, Tabs } from 'antd'
import { useParams, useSearchParams } from 'react-router'
import type { Answer } from '../api/client.js'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Counts, Fields, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { Refresh, Remind } from './groups/remind.js'
import { Targets } from './groups/targets.js'
import { Tasks } from './groups/tasks.js'
import { words } from './groups/words.js'

/** One group send: its runs, and of each run which member of staff has confirmed, what became of every target and why. */
export function GroupSendPage() {
  const { id = '' } = useParams()
  return (
    <Needs scope="groups:read">
      <WithWords words={words}>
        <One id={id} />
      </WithWords>
    </Needs>
  )
}

function One({ id }: { id: string }) {
  const { t } = useWords()
  const may = useMay()('groups:write')
  const [search, setSearch] = useSearchParams()
  const { data, problem, again } = useCall('getGroupSend', { params: { id } }, { everyMs: 15_000 })
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
      {data && <What send={data} />}
      {data && occurrence === undefined && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('campaign.no-runs')} />
      )}
      {data && data.runs.length > 1 && (
        <Select
          value={occurrence ?? null}
          aria-label={t('campaign.runs')}
          options={data.runs.map((run) => ({ value: run.occurrence, label: run.occurrence }))}
          onChange={(run) => run && setSearch({ run })}
          className="filter"
        />
      )}
      {occurrence !== undefined && (
        <>
          {may && data?.state === 'running' && <Remind id={id} occurrence={occurrence} after={again} />}
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
      )}
    </Page>
  )
}

function What({ send }: { send: Answer<'getGroupSend'> }) {
  const { t, label, number } = useWords()
  const { estimate, definition } = send
  return (
    <Card size="small" title={t('campaign.what')}>
      <Fields
        lines={[
          [t('col.purpose'), label('purpose', definition.purpose)],
          ...definition.messages.map(
            ({ text, article, card, link, image }, index) =>
              [
                `${t('group-send.message')} ${index + 1}`,
                <p key={text ?? article ?? card} className="said">
                  {text ?? article ?? card ?? link?.title ?? image}
                </p>,
              ] as const,
          ),
          estimate && [t('col.targets'), `${number(estimate.planned)} / ${number(estimate.targets)}`],
          estimate && [t('group-send.skipped'), <Counts key="skipped" kind="reason" counts={estimate.skipped} />],
        ]}
      />
    </Card>
  )
}
