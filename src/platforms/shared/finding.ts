import type { Bilingual } from './bilingual.js'

/** One thing looked at. */
export interface Finding {
  /** A stable word, e.g. `callback` or `permission.menu`. */
  check: string
  state: 'ok' | 'warn' | 'fail'
  found: Bilingual
  /** What to do, with the place in the console; present unless all is well. */
  fix?: Bilingual
}
