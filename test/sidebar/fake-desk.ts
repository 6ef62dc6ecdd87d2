import type { Clock } from '../../src/core/clock.js'
import type { ConversationLike, DeskPort, EntryLike } from '../../src/sidebar/ports.js'

/** A desk in memory that keeps the real one's rules: the first takes it, others are refused, a note's key counts once. */
export function createFakeDesk(clock: Clock) {
  const rows = new Map<string, ConversationLike>()
  const lines = new Map<string, EntryLike[]>()
  const keys = new Set<string>()
  const colleagues = [
    { userid: 'lihua', name: '李华', online: true, load: 1, capacity: 5 },
    { userid: 'wangfang', name: '王芳', online: true, load: 2, capacity: 5 },
    { userid: 'chief', name: '周主管', online: false, load: 0, capacity: 5 },
  ]
  type Done = Awaited<ReturnType<DeskPort['accept']>>

  function change(id: string, staff: string, force: boolean | undefined, change: Partial<ConversationLike>): Done {
    const row = rows.get(id)
    if (!row) return { outcome: 'refused', reason: 'unknown' }
    if (row.state === 'closed') return { outcome: 'refused', reason: 'closed', conversation: row }
    if (row.held && row.staff !== staff && !force) return { outcome: 'refused', reason: 'taken', conversation: row }
    Object.assign(row, change)
    return { outcome: 'done', conversation: row }
  }

  const desk: DeskPort = {
    list: async ({ contact, limit }) => [...rows.values()].filter((row) => row.contact === contact).slice(0, limit),
    find: async (id) => rows.get(id),
    entries: async (id) => lines.get(id) ?? [],
    place: async () => 1,
    members: async () => colleagues,
    accept: async ({ conversation, staff }) =>
      change(conversation, staff, false, { state: 'staff', staff, held: true, number: 3 }),
    close: async ({ conversation, staff }) =>
      change(conversation, staff, false, { state: 'closed', closedAt: clock.now() }),
    transfer: async ({ conversation, staff, to, force }) => change(conversation, staff, force, { staff: to }),
    async amendNote({ conversation, entry, staff, text, any }) {
      const row = rows.get(conversation)
      const note = lines.get(conversation)?.find(({ _id }) => _id === entry)
      if (!row || !note) return { outcome: 'refused', reason: 'unknown' }
      if (note.by !== staff && !any) return { outcome: 'refused', reason: 'not-yours', conversation: row }
      note.content = { kind: 'text', text } as EntryLike['content']
      return { outcome: 'done', conversation: row }
    },
    async settle({ conversation, entry, choice }) {
      const line = lines.get(conversation)?.find(({ _id }) => _id === entry)
      if (!line) return { outcome: 'refused', reason: 'unknown' }
      if (line.settled && line.settled.choice !== choice) return { outcome: 'refused', reason: 'settled' }
      line.settled = { choice }
      return { outcome: 'done' }
    },
    async note({ conversation, staff, text, key }) {
      const row = rows.get(conversation)
      if (!row) return { outcome: 'refused', reason: 'unknown' }
      const own = lines.get(conversation) ?? []
      if (!keys.has(key)) {
        keys.add(key)
        const content = { kind: 'text', text } as EntryLike['content']
        own.push({ _id: `note:${key}`, seq: own.length, at: clock.now(), direction: 'note', by: staff, content })
        lines.set(conversation, own)
      }
      return { outcome: 'done', conversation: row }
    },
  }
  return {
    ...desk,
    /** Somebody waits for staff. */
    queue(id: string, contact: string, text: string, more: Partial<ConversationLike> = {}) {
      const at = clock.now()
      const about = { contact, account: 'shop', channel: 'official-account', createdAt: at, queuedAt: at, lastInAt: at }
      rows.set(id, { _id: id, state: 'queued', reason: '请求人工', ...about, ...more })
      const content = { kind: 'text', text } as EntryLike['content']
      lines.set(id, [{ _id: `in:${id}`, seq: 0, at, direction: 'in', by: 'customer', content }])
    },
    /** A staff member said something, and nobody knows whether it arrived. */
    uncertain(id: string, entry: string, by: string, text: string) {
      const own = lines.get(id) ?? []
      const content = { kind: 'text', text } as EntryLike['content']
      const delivery = { state: 'uncertain' }
      own.push({ _id: entry, seq: own.length, at: clock.now(), direction: 'out', by, content, delivery })
      lines.set(id, own)
    },
    row: (id: string) => rows.get(id),
    lines: (id: string) => lines.get(id) ?? [],
  }
}
