/**
 * Where a contact falls under a salt, from 0 up to 99.99 in steps of a hundredth: the same for ever, evenly spread, and
 * independent of where it falls under another salt.
 */
export function bucketOf(salt: string, contact: string): number {
  return hundredthsOf(salt, contact) / 100
}

/** The same in whole hundredths, 0 to 9999. */
export function hundredthsOf(salt: string, contact: string): number {
  const text = `${salt}\n${contact}`
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % 10_000
}
