import type { Tick } from './scheduler.js'

/** What the statistics tick drives. */
export interface StatisticsTickDeps {
  statistics: { importAll(): Promise<unknown> }
}

/**
 * Fetches yesterday's numbers. They are usually there from 08:00 in Shanghai, without a promise: later tries cost
 * nothing when the first one got everything, and a day that was missed is fetched by the next.
 */
export function statisticsTicks({ statistics }: StatisticsTickDeps): Tick[] {
  const run = () => statistics.importAll()
  return [{ name: 'statistics-import', every: '35 8,10,14,20 * * *', timeZone: 'Asia/Shanghai', run }]
}
