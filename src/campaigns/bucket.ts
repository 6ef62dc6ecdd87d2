import { hundredthsOf } from '../segments/bucket.js'

/** How finely people are divided; a bucket is a hundredth of a percent. */
export const BUCKETS = 10_000

/**
 * The bucket of a contact under a salt, 0 to 9999: the same for ever, evenly spread, and independent of the bucket under
 * another salt. Thus a hold-out group stays the same people over all runs, and says nothing about the variant.
 */
export const bucketOf = hundredthsOf

/** Which of several a bucket falls to, by weight. */
export function weighted(bucket: number, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let left = (bucket / BUCKETS) * total
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return index
  }
  return Math.max(0, weights.length - 1)
}
