/** Runs things later, many of them with few timers: all that are due within the same millisecond share one. */
export interface Pacer {
  later(ms: number, run: () => void): void
  /** Forgets what has not run. */
  stop(): void
}

/** A pacer without work. */
export function createPacer(): Pacer {
  const due = new Map<number, { timer: NodeJS.Timeout; run: (() => void)[] }>()
  return {
    later: (ms, run) => {
      const at = Math.ceil(performance.now() + ms)
      const together = due.get(at)
      if (together) {
        together.run.push(run)
        return
      }
      const made = { run: [run], timer: setTimeout(fire, Math.max(1, at - performance.now()), at) }
      due.set(at, made)
    },
    stop: () => {
      for (const { timer } of due.values()) clearTimeout(timer)
      due.clear()
    },
  }
  function fire(at: number): void {
    const together = due.get(at)
    due.delete(at)
    for (const run of together?.run ?? []) run()
  }
}
