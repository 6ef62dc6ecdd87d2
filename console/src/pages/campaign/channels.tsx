import { Checkbox, Tag } from 'antd'
import { channelLaws } from '../../../../rules/official-account/channels.js'
import { limits } from '../../../../rules/official-account/limits.js'
import { windows } from '../../../../rules/official-account/windows.js'
import { useWords } from '../../words/use-words.js'
import type { Def } from './written.js'

const CHANNELS = ['customer-message', 'mass', 'group-send', 'next-visit'] as const
type Channel = (typeof CHANNELS)[number]

const of = (trigger: string) => windows.find((one) => one.trigger === trigger)?.messages ?? 0
/** The numbers in the words of a channel: those that the product itself keeps to. */
const VALUES: Readonly<Record<Channel, Readonly<Record<string, number>>>> = {
  'customer-message': { n: of('message'), m: of('menu') },
  mass: { n: limits.massPerFollowerMonth.value, least: limits.massOpenidsLeast.value },
  'group-send': {},
  'next-visit': {},
}

/** The channels in the order in which they are tried, each with its platform’s limits and where they are written. */
export function ChannelsField({ value, change }: { value: Def['channels']; change(next: Channel[]): void }) {
  const { t, label } = useWords()
  const chosen = value ?? []
  return (
    <ul className="channels">
      {CHANNELS.map((channel) => {
        const law = channelLaws.find((one) => one.channel === channel)
        const order = chosen.indexOf(channel)
        return (
          <li key={channel}>
            <Checkbox
              checked={order >= 0}
              onChange={({ target }) =>
                change(target.checked ? [...chosen, channel] : chosen.filter((one) => one !== channel))
              }
            >
              {label('channel', channel)} {order >= 0 && chosen.length > 1 && <Tag>{order + 1}</Tag>}
            </Checkbox>
            <div className="quiet small">
              {t(`campaign.channel.${channel}`, VALUES[channel])}
              {law?.path !== undefined || law?.identity === 'wecom'
                ? ` · ${t('help.source', { source: law.source })} `
                : ''}
              {law?.verified === false && <Tag color="warning">{t('help.unverified')}</Tag>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
