import { Alert } from 'antd'
import type { CampaignEstimate } from '../../api/types.js'
import { Counts, Fields, Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

/** Who would get it, who drops out and why, and whether the quota reaches. */
export function Estimate({ estimate }: { estimate: CampaignEstimate }) {
  const { t, label, number } = useWords()
  const { people, notDue, holdOut, channels, later, reasons, forecast, asOf, for: at } = estimate
  return (
    <div className="stack">
      <Forecasts forecast={forecast} />
      <Fields
        lines={[
          [t('estimate.people'), number(people)],
          [t('estimate.channels'), <Counts key="channels" kind="channel" counts={channels} />],
          Object.keys(later).length > 0
            ? [t('estimate.later'), <Counts key="later" kind="channel" counts={later} />]
            : undefined,
          [t('estimate.reasons'), <Counts key="reasons" kind="reason" counts={reasons} />],
          notDue > 0 ? [t('estimate.not-due'), number(notDue)] : undefined,
          holdOut > 0 ? [t('campaign.hold-out'), number(holdOut)] : undefined,
          ...forecast.map(
            ({ channel, calls, left }) =>
              [
                t('estimate.quota', { channel: label('channel', channel) }),
                left === undefined
                  ? t('estimate.calls', { n: number(calls) })
                  : t('estimate.calls-of', { n: number(calls), left: number(left) }),
              ] as const,
          ),
          [t('estimate.for'), <Moment key="for" at={at} />],
          [t('estimate.as-of'), <Moment key="asOf" at={asOf} />],
        ]}
      />
    </div>
  )
}

/** Channels whose quota does not reach. */
export function Forecasts({ forecast }: { forecast: CampaignEstimate['forecast'] }) {
  const { t, label, number } = useWords()
  return forecast
    .filter(({ beyond }) => beyond > 0)
    .map(({ channel, beyond, days }) => (
      <Alert
        key={channel}
        type="warning"
        showIcon
        title={t('estimate.beyond', { channel: label('channel', channel), n: number(beyond) })}
        {...(days !== undefined && { description: t('estimate.days', { n: days }) })}
      />
    ))
}
