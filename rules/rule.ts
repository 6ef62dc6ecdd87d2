/** One platform rule as data: the value, where it was read, and whether somebody checked it against the platform. */
export interface Rule<T> {
  readonly value: T
  /** What the number counts. */
  readonly unit: string
  /** The page or section the value comes from. */
  readonly source: string
  /** False: long known but not re-checked; treat with care. */
  readonly verified: boolean
}

/** A rule that was read in the platform's current documentation. */
export const rule = <T>(value: T, unit: string, source: string): Rule<T> => ({ value, unit, source, verified: true })

/** A rule that is long known but was not re-checked. */
export const unverified = <T>(value: T, unit: string, source: string): Rule<T> => ({
  value,
  unit,
  source,
  verified: false,
})
