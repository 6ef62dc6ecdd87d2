import type { Update } from '../core/update.js'
import type { Fact } from '../events/fact.js'
import type { KfPorts } from './ports.js'

/** What happened at the desk, as facts: entering, hands it went through, messages taken back or not delivered, duty. */
export function createDeskFacts({ events, contacts }: Pick<KfPorts, 'events' | 'contacts'>) {
  return {
    /** Records an update once; undefined for what is no fact of its own (messages). */
    apply(update: Update): Promise<void> | undefined {
      const found = factOf(update)
      if (found === undefined) return undefined
      return (async () => {
        const { account, from: externalId, at, id } = update
        const person = { platform: 'wecom', account, externalId } as const
        const entered = update.kind === 'event.session.entered'
        const contact =
          externalId === '' ? undefined : entered ? await contacts.resolve(person, at) : await contacts.find(person)
        const about = { account, occurredAt: at, ...(contact !== undefined && { contact }) }
        await events.append([{ source: 'kf', id: `${account}:${id}`.slice(0, 400), ...about, ...found }])
      })()
    },
  }
}

function factOf(update: Update): Pick<Fact, 'type' | 'props'> | undefined {
  switch (update.kind) {
    case 'event.session.entered': {
      const { source: scene, sceneParam } = update
      return { type: 'kf.entered', props: { scene, ...(sceneParam !== undefined && { sceneParam }) } }
    }
    case 'event.kf.session': {
      const { change, before, after } = update
      const props = { ...(before !== undefined && { before }), ...(after !== undefined && { staff: after }) }
      return { type: `kf.${change}`, props }
    }
    case 'event.kf.recalled':
      return { type: 'kf.recalled', props: { message: update.messageId, by: update.by } }
    case 'event.kf.send-failed':
      return { type: 'kf.send-failed', props: { message: update.messageId, code: update.reason, reason: update.why } }
    case 'event.kf.servicer':
      return { type: update.serving ? 'kf.on-duty' : 'kf.off-duty', props: { staff: update.staff } }
    default:
      return undefined
  }
}
