/** What a button of our cards stands for. */
export type Press =
  | { kind: 'take'; conversation: string }
  /** Although they have as many as they may. */
  | { kind: 'force'; conversation: string }
  /** What they wrote is meant for it. */
  | { kind: 'to'; conversation: string }
  | { kind: 'again' | 'sent'; delivery: string }

/** The keys of buttons; WeCom takes 1024 bytes, delivery keys have 400 at most. */
export const pressKeys = {
  take: (conversation: string, round: number) => `desk:take:${conversation}:${round}`,
  force: (conversation: string) => `desk:force:${conversation}`,
  to: (conversation: string) => `desk:to:${conversation}`,
  again: (delivery: string) => `desk:again:${delivery}`,
  sent: (delivery: string) => `desk:sent:${delivery}`,
}

/** Reads a key; undefined for buttons of others. */
export function pressOf(key: string): Press | undefined {
  const [, word, rest = ''] = /^desk:([a-z]+):(.+)$/s.exec(key) ?? []
  switch (word) {
    case 'take':
      return { kind: 'take', conversation: rest.replace(/:\d+$/, '') }
    case 'force':
    case 'to':
      return { kind: word, conversation: rest }
    case 'again':
    case 'sent':
      return { kind: word, delivery: rest }
    default:
      return undefined
  }
}
