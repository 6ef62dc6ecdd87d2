import type { Corp } from '../corp.js'
import type { Relation, Staff } from '../state.js'

/** Whom a task to customers reaches, by the member who sends it. */
export interface Plan {
  byStaff: Map<string, string[]>
  /** Ids that are no customers of anybody, or not of the sender. */
  failed: string[]
}

/** Named customers; else those of the sender (or of everybody) who carry one tag of each alternative. */
export function targetsOf(
  corp: Corp,
  { ids, sender, tags }: { ids: readonly string[]; sender: Staff | undefined; tags: string[][] | undefined },
): Plan {
  const plan: Plan = { byStaff: new Map(), failed: [] }
  const take = (staff: string, customer: string) => {
    const known = plan.byStaff.get(staff)
    if (known) known.push(customer)
    else plan.byStaff.set(staff, [customer])
  }
  if (ids.length > 0) {
    for (const id of ids) {
      const staff = sender ? (sender.relations.has(id) ? sender.id : undefined) : latest(corp, id)?.staff
      if (staff === undefined) plan.failed.push(id)
      else take(staff, id)
    }
    return plan
  }
  const carries = (relation: Relation) => tags?.every((some) => some.some((tag) => relation.tags.includes(tag))) ?? true
  if (sender) {
    for (const relation of sender.relations.values()) if (carries(relation)) take(sender.id, relation.customer)
    return plan
  }
  for (const customer of corp.customers.values()) {
    const relation = latest(corp, customer.id)
    if (relation && carries(relation)) take(relation.staff, customer.id)
  }
  return plan
}

/** The member who talked with a customer last; among those who never did, the one who added them last. */
function latest(corp: Corp, id: string): Relation | undefined {
  let best: Relation | undefined
  for (const userid of corp.customers.get(id)?.staff ?? []) {
    const staff = corp.staff.get(userid)
    const relation = staff?.active && staff.inRange ? staff.relations.get(id) : undefined
    if (relation && (!best || timeOf(relation) > timeOf(best))) best = relation
  }
  return best
}

const timeOf = ({ lastChatAt, addedAt }: Relation) => Math.max(lastChatAt, addedAt)
