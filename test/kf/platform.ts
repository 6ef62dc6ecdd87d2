import type { KfAccount, KfEntry, KfRead } from '../../src/kf/ports.js'

/** When everything in these tests begins. */
export const START = new Date('2026-03-04T04:00:00Z')

export const ACCOUNT = 'desk'
export const CORP = 'corp'
export const OPEN_KFID = 'wkDEMO0000000001'

/** An entry: a text of somebody, at a moment. */
export function entry(id: string, at = START, from = 'wm1', text = `说 ${id}`): KfEntry {
  const update = { kind: 'message.text' as const, id, platform: 'wecom' as const, account: ACCOUNT, from, at, text }
  return { at, update, envelope: { body: JSON.stringify(update), mode: 'safe', format: 'json' } }
}

/** The platform's log of an account, with its rules: cursors are places in it, tokens are those it gave. */
export interface FakeDesk extends KfAccount {
  log: KfEntry[]
  /** Sizes of the next pages; 0 is an empty one that says there is more. Then 1000. */
  sizes: number[]
  /** Answers of the next reads instead. */
  next: KfRead[]
  tokens: Set<string>
  reads: { cursor: string; token?: string; count?: number }[]
  /** Called in every read, after its answer was made. */
  onRead?: (() => Promise<void> | undefined) | undefined
  calls: { what: string; customer?: string; to?: string; code?: string; said?: string; staff?: string }[]
  answers: Partial<{ [K in 'say' | 'move' | 'state' | 'upgrade']: Awaited<ReturnType<KfAccount[never]>>[] }>
  found: { id: string; nickname: string; unionid?: string }[]
}

export function fakeDesk(settings: Partial<KfAccount['settings']> = {}): FakeDesk {
  const answers: Record<'say' | 'move' | 'state' | 'upgrade', unknown[]> = { say: [], move: [], state: [], upgrade: [] }
  const take = <T>(what: keyof typeof answers, standard: T): T => (answers[what].shift() as T | undefined) ?? standard
  const desk: FakeDesk = {
    account: ACCOUNT,
    settings: { corp: CORP, openKfId: OPEN_KFID, history: 600_000, ...settings },
    log: [],
    sizes: [],
    next: [],
    tokens: new Set(),
    reads: [],
    calls: [],
    answers: answers as FakeDesk['answers'],
    found: [],
    async read(position) {
      desk.reads.push(position)
      const answer = answerOf(position)
      await desk.onRead?.()
      return answer
    },
    problem: (message, kind) =>
      message.kind === 'text' || (message.kind === 'choices' && kind !== 'queued' && kind !== 'taken')
        ? undefined
        : `no ${message.kind}`,
    async sayOnCode(code, message) {
      const said = message.kind === 'text' ? message.text : message.kind === 'choices' ? message.head : message.kind
      desk.calls.push({ what: 'say', code, said })
      return take('say', { end: 'sent' })
    },
    async move(customer, to, staff) {
      desk.calls.push({ what: 'move', customer, to, ...(staff !== undefined && { staff }) })
      return take('move', { end: 'done', code: `MC-${to}-${desk.calls.length}` })
    },
    async state(customer) {
      desk.calls.push({ what: 'state', customer })
      return take('state', { end: 'done', state: 'new' })
    },
    async upgrade(customer) {
      desk.calls.push({ what: 'upgrade', customer })
      return take('upgrade', { end: 'done' })
    },
    people: async (ids) => desk.found.filter(({ id }) => ids.includes(id)),
  }

  function answerOf({ cursor, token }: { cursor: string; token?: string }): KfRead {
    const planned = desk.next.shift()
    if (planned) return planned
    if (token !== undefined && !desk.tokens.has(token)) return { end: 'token' }
    const from = cursor === '' ? 0 : Number(cursor)
    const size = desk.sizes.shift() ?? 1000
    const entries = desk.log.slice(from, from + size)
    const place = from + entries.length
    return { end: 'page', entries, next: String(place), more: size === 0 || place < desk.log.length }
  }

  return desk
}
