import type { Scene } from '../corp.js'
import { addCustomer } from '../people.js'
import { openTalk } from './desk.js'
import { addMessage } from './log.js'
import { begin } from './sessions.js'
import { showMessage } from './show.js'
import type { DeskAccount } from './state.js'

const HOUR_MS = 3_600_000

/**
 * Fills an account with conversations without a push: so many people who wrote so many messages each, spread over the
 * hours before now, oldest first.
 */
export function seedDesk(
  scene: Scene,
  account: DeskAccount,
  { people, messages, hoursBack }: { people: number; messages: number; hoursBack: number },
): { people: number; messages: number } {
  const { corp, now } = scene
  const known = [...corp.customers.values()].slice(0, people)
  const customers = Array.from({ length: people }, (_, index) => {
    if (known[index]) return known[index]
    const digits = String(corp.customers.size + 1).padStart(7, '0')
    return addCustomer(corp, { id: `wmSEED${digits}`, name: `种子${digits}`, unionid: `uSEED${digits}` })
  })
  const total = people * messages
  for (let number = 0; number < total; number++) {
    const customer = customers[number % people]
    if (!customer) break
    const then = { ...scene, now: now - Math.round(hoursBack * HOUR_MS * (1 - (number + 1) / total)) }
    const talk = openTalk(corp, account, customer)
    if (talk.enteredAt === 0) talk.enteredAt = then.now
    begin(then, account, talk)
    Object.assign(talk, { lastCustomerAt: then.now, sent: 0 })
    const text = `种子消息 ${Math.floor(number / people) + 1}`
    const said = { customer: customer.id, origin: 3, type: 'text', inner: { content: text }, quiet: true } as const
    const msgid = addMessage(then, account, said)
    const content = { kind: 'text', text } as const
    showMessage(then, talk, { from: 'customer', by: customer.id, via: 'hand', content, msgid })
  }
  return { people, messages: total }
}
