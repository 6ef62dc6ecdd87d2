/** The states of hand-overs and of their items, by the words that tell them. */
export const STATE_WORDS = {
  planned: 'ho.planned',
  running: 'ho.running',
  done: 'ho.done',
  sending: 'ho.sending',
  waiting: 'ho.waiting',
  refused: 'ho.refused',
  'taker-full': 'ho.taker-full',
  failed: 'ho.failed',
} as const
