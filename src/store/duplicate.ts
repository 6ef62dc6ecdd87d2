/** MongoDB's code for a second row under a unique key. */
export const DUPLICATE_KEY = 11_000

/** Whether somebody else wrote the row first: true of the driver's errors and of single faults of a batch. */
export const isDuplicate = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === DUPLICATE_KEY
