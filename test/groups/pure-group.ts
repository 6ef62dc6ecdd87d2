import type { GroupChanged } from '../../src/core/corp-update.js'
import type { Fact } from '../../src/events/fact.js'
import { applyChange, blankRoster } from '../../src/groups/apply-change.js'
import type { Past, RosterRow } from '../../src/groups/model.js'
import type { Detail } from '../../src/groups/ports.js'
import { type Reconciled, reconcile } from '../../src/groups/reconcile.js'

const sizes = { nearlyFull: 0.9, capacity: 500 }

/** A roster without a store: what settling would write is kept here. */
export class PureGroup {
  row: RosterRow
  readonly facts = new Map<string, Fact>()
  readonly stays = new Map<string, Past>()
  readonly #now: () => Date

  constructor(now: () => Date, chatId = 'wr1') {
    this.#now = now
    this.row = blankRoster('corp', chatId, now())
  }

  event(update: GroupChanged): void {
    this.#settle(applyChange(this.row, update, { now: this.#now(), sizes }))
  }

  read(detail: Detail | undefined): Reconciled['outcome'] {
    const done = reconcile(this.row, detail, new Map(), { now: this.#now(), sizes })
    this.#settle(done.row)
    return done.outcome
  }

  ids(): string[] {
    return this.row.members.map(({ id }) => id).toSorted()
  }

  /** Joins and leaves on record, of one or of all. */
  counts(id?: string): { joins: number; leaves: number } {
    const past = [...this.stays.values()].filter((one) => id === undefined || one.id === id)
    const open = this.row.members.filter((one) => id === undefined || one.id === id)
    return { joins: past.length + open.length, leaves: past.length }
  }

  #settle(row: RosterRow): void {
    for (const fact of row.tell) this.facts.set(fact.id, this.facts.get(fact.id) ?? fact)
    for (const key of row.resumed) this.stays.delete(key)
    for (const past of row.past) if (row.ended.includes(past.key)) this.stays.set(past.key, past)
    this.row = { ...row, rev: this.row.rev + 1, tell: [], begun: [], ended: [], resumed: [] }
  }
}
