const TIMESTAMP = /^\d{10}$/
const NONCE = /^[A-Za-z0-9_-]{1,64}$/

/**
 * What is wrong with the timestamp or the nonce of a push; undefined when both have their shape and the time is near.
 * Without their shapes a signature over the joined parts would prove nothing (`12`+`3` joins like `1`+`23`).
 */
export function faultOfSigned(query: ReadonlyMap<string, string>, now: Date, windowMs: number): string | undefined {
  const timestamp = query.get('timestamp') ?? ''
  if (!TIMESTAMP.test(timestamp)) return 'the timestamp is not 10 digits'
  if (!NONCE.test(query.get('nonce') ?? '')) return 'the nonce is missing or has other characters'
  const drift = Math.abs(now.getTime() - Number(timestamp) * 1000)
  if (drift <= windowMs) return undefined
  return `the timestamp is ${Math.round(drift / 1000)} s from our clock: a replay, or a clock is wrong`
}
