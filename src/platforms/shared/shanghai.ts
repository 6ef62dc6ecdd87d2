/** Milliseconds until 00:00 in Shanghai (UTC+8 all year), when the platform's daily quotas begin anew. */
export function untilMidnightShanghai(now: Date): number {
  const day = 86_400_000
  return day - ((now.getTime() + 8 * 3_600_000) % day)
}
