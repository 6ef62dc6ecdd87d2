/** `config.groupSends`; durations in ms. */
export interface GroupSendSettings {
  /**
   * How many mass messages one customer or group may get, as set in 群发助手: as many a calendar month as it has days,
   * 7 a week, or 1 a day (the safe one). Counted from known results and our own open tasks; members' own are unknown.
   */
  cap: 'month' | 'week' | 'day'
  /** For more targets than this, somebody else than its authors must approve a push. */
  approvalAbove: number
  /** How long a task may be confirmed when its push does not say. */
  expireAfter: number
  /** When tasks are looked at after they were made; after the last of these, hourly. */
  pollAfter: readonly number[]
  /** How late a snoozed to-do comes again. */
  snooze: number
  /** A run that would begin this late (nobody ran) is skipped, on the record. */
  skipAfter: number
  /** Calls of the platform in one turn, over all tasks of a corporation. */
  callsPerTurn: number
}

const MINUTE = 60_000

/** What holds when nothing is configured. */
export const STANDARD: GroupSendSettings = {
  cap: 'day',
  approvalAbove: 500,
  expireAfter: 24 * 60 * MINUTE,
  pollAfter: [5 * MINUTE, 30 * MINUTE, 120 * MINUTE],
  snooze: 30 * MINUTE,
  skipAfter: 120 * MINUTE,
  callsPerTurn: 120,
}

/** The settings of a configuration, with what is not for people to set. */
export const settingsOf = (
  configured: Pick<GroupSendSettings, 'cap' | 'approvalAbove' | 'expireAfter' | 'skipAfter' | 'snooze'>,
): GroupSendSettings => ({ ...STANDARD, ...configured })
