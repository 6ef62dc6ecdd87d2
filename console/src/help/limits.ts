import { channelLaws } from '../../../rules/official-account/channels.js'
import { limits } from '../../../rules/official-account/limits.js'
import { windows } from '../../../rules/official-account/windows.js'
import { groupLimits } from '../../../rules/wecom/limits-groups.js'
import type { Word } from '../words/zh.js'

/** A limit of the platform as the help shows it: the numbers are those that the product itself keeps to. */
export interface PlatformLimit {
  word: Word
  values: Readonly<Record<string, string | number>>
  source: string
  /** Somebody checked it against the platform’s own page. */
  verified: boolean
}

/** Limits by the place where they matter. */
export const LIMITS = {
  windows: windows.map(({ trigger, messages, ms, source, verified }) => ({
    word: `limit.window.${trigger}` as const,
    values: { n: messages, span: ms >= 3_600_000 ? `${ms / 3_600_000} h` : `${ms / 60_000} min` },
    source,
    verified,
  })),
  campaigns: [
    ...channelLaws
      .filter(({ channel }) => channel === 'template' || channel === 'subscription')
      .map(({ channel, source, verified }) => ({
        word: `limit.no-marketing.${channel === 'template' ? 'template' : 'subscription'}` as const,
        values: {},
        source,
        verified,
      })),
  ],
  deliveries: [
    {
      word: 'limit.resends',
      values: { n: limits.resends.value, s: limits.replyMs.value / 1000 },
      ...of(limits.resends),
    },
    { word: 'limit.text', values: { n: limits.textBytes.value }, ...of(limits.textBytes) },
  ],
  groups: [
    { word: 'limit.group.members', values: { n: groupLimits.groupMembers.value }, ...of(groupLimits.groupMembers) },
    { word: 'limit.group.full', values: { n: groupLimits.joinFull.value }, ...of(groupLimits.joinFull) },
    { word: 'limit.group.join', values: { n: groupLimits.joinGroups.value }, ...of(groupLimits.joinGroups) },
  ],
  groupSends: [
    { word: 'limit.send.groups', values: { n: groupLimits.sendGroups.value }, ...of(groupLimits.sendGroups) },
    { word: 'limit.send.customers', values: { n: groupLimits.sendCustomers.value }, ...of(groupLimits.sendCustomers) },
    { word: 'limit.send.reminders', values: { n: groupLimits.sendReminders.value }, ...of(groupLimits.sendReminders) },
  ],
  contactWays: [{ word: 'limit.way.state', values: { n: groupLimits.joinState.value }, ...of(groupLimits.joinState) }],
} as const satisfies Record<string, readonly PlatformLimit[]>

function of({ source, verified }: { source: string; verified: boolean }) {
  return { source, verified }
}
