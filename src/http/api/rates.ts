/** Whether one more is allowed now. */
export interface Rate {
  ok: boolean
  /** When not: how long until the next is. */
  retryAfterSeconds: number
}

/** Token buckets by name, in this process: with several web processes each grants the rate. */
export interface Rates {
  /** Takes one of `perMinute`; a name that was silent for a minute has all of them at once. */
  take(name: string, perMinute: number): Rate
  /** The same without taking. */
  peek(name: string, perMinute: number): Rate
}

interface Bucket {
  tokens: number
  at: number
}

/** The buckets; at most `names` are remembered, full ones are forgotten first. `now` is in ms and never goes back. */
export function createRates(options: { names?: number; now?: () => number } = {}): Rates {
  const { names = 10_000, now = () => performance.now() } = options
  const buckets = new Map<string, Bucket>()

  function refilled(name: string, perMinute: number): Bucket {
    const at = now()
    const known = buckets.get(name)
    if (!known) return { tokens: perMinute, at }
    return { tokens: Math.min(perMinute, known.tokens + ((at - known.at) / 60_000) * perMinute), at }
  }

  function judge({ tokens }: Bucket, perMinute: number): Rate {
    if (tokens >= 1) return { ok: true, retryAfterSeconds: 0 }
    return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil(((1 - tokens) / perMinute) * 60)) }
  }

  return {
    peek: (name, perMinute) => judge(refilled(name, perMinute), perMinute),
    take(name, perMinute) {
      const bucket = refilled(name, perMinute)
      const rate = judge(bucket, perMinute)
      if (rate.ok) bucket.tokens -= 1
      buckets.delete(name)
      buckets.set(name, bucket)
      if (buckets.size > names) {
        const oldest = buckets.keys().next().value
        if (oldest !== undefined) buckets.delete(oldest)
      }
      return rate
    },
  }
}
