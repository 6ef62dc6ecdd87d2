import { Alert, Card, Empty, Skeleton } from 'antd'
import { useParams } from 'react-router'
import type { Answer } from '../api/client.js'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { Fields, Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { CampaignActions } from './campaign/actions.js'
import { AudienceText } from './campaign/audience-text.js'
import { Estimate } from './campaign/estimate.js'
import { LogOf } from './campaign/log.js'
import { PathOf } from './campaign/path.js'
import { Run } from './campaign/run.js'
import { StandingOf } from './campaign/standing.js'
import { CampaignTest } from './campaign/test-send.js'
import { words } from './campaign/words.js'
import './campaign/campaign.css'

/** A push as the API shows it. */
export type Shown = Answer<'getCampaign'>

/** One push: what it says to whom, the estimate, its runs with their outcomes, what can be done now. */
export function CampaignPage() {
  return (
    <WithWords words={words}>
      <OneCampaign />
    </WithWords>
  )
}

function OneCampaign() {
  const { id = '' } = useParams()
  const { t } = useWords()
  const { data, problem, again } = useCall('getCampaign', { params: { id } }, { everyMs: 10_000 })
  return (
    <Needs scope="campaigns:read">
      <Page
        title={data?.definition.name ?? id}
        back={{ to: '/campaigns', title: t('nav.campaigns') }}
        help={<LimitHelp of="campaigns" />}
        about={data && <State kind="campaign" code={data.state} />}
        actions={data && <CampaignActions campaign={data} again={again} />}
      >
        {problem && <ProblemAlert problem={problem} again={again} />}
        {!data && !problem && <Skeleton active />}
        {data && <Whole campaign={data} again={again} />}
      </Page>
    </Needs>
  )
}

function Whole({ campaign, again }: { campaign: Shown; again(): void }) {
  const { t, label } = useWords()
  const { definition, reason, estimate, approval, next, runs, authors, names, version } = campaign
  const { audience, channels, schedule, text, article, card, purpose, holdOut } = definition
  return (
    <>
      <PathOf campaign={campaign} again={again} />
      {reason && (
        <Alert
          type={campaign.state === 'paused' || campaign.state === 'stopped' ? 'warning' : 'info'}
          showIcon
          title={reason.text}
          description={
            reason.by === undefined ? <Moment at={reason.at} /> : `${names[reason.by] ?? reason.by} · ${reason.code}`
          }
        />
      )}
      <div className="two">
        <Card size="small" title={t('campaign.what')}>
          <Fields
            lines={[
              [t('col.purpose'), label('purpose', purpose)],
              [t('col.audience'), <AudienceText key="audience" audience={audience} />],
              [t('col.channels'), channels.map((channel) => label('channel', channel)).join(t('list.comma'))],
              text === undefined
                ? undefined
                : [
                    t('campaign.text'),
                    <p key="text" className="said">
                      {text}
                    </p>,
                  ],
              article === undefined ? undefined : [t('campaign.article'), article],
              card === undefined ? undefined : [t('campaign.card'), card],
              [t('campaign.schedule'), schedule?.at?.replace('T', ' ') ?? schedule?.cron ?? t('campaign.by-hand')],
              next && [t('col.next'), <Moment key="next" at={next.at} />],
              holdOut === undefined ? undefined : [t('campaign.hold-out'), `${holdOut}%`],
              [t('campaign.version'), `${version} · ${authors.map((one) => names[one] ?? one).join(t('list.comma'))}`],
              approval && [t('campaign.approval'), `${names[approval.by] ?? approval.by} · ${approval.people}`],
            ]}
          />
          <CampaignTest id={campaign.id} />
        </Card>
        <Card size="small" title={t('campaign.estimate')}>
          {estimate ? <Estimate estimate={estimate} /> : <p className="quiet">{t('campaign.no-estimate')}</p>}
        </Card>
      </div>
      <h2>{t('campaign.runs')}</h2>
      {runs.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('campaign.no-runs')} />
      ) : (
        runs.map((run) => <Run key={run.occurrence} campaign={campaign.id} run={run} again={again} />)
      )}
      <div className="two">
        <Card size="small" title={t('campaign.person')}>
          <StandingOf campaign={campaign.id} />
        </Card>
        <LogOf id={campaign.id} version={version} />
      </div>
    </>
  )
}
