import type { Reply } from '../../core/message.js'
import type { Update } from '../../core/update.js'
import type { RelayPort } from '../ports.js'
import { createAnswers } from './answers.js'
import { createAsking } from './asking.js'
import { createBoxes } from './box.js'
import { createCards, type SentCard } from './cards.js'
import { createCarry } from './carry.js'
import { createCommands } from './commands.js'
import { pressOf } from './keys.js'
import { createListening, type Run } from './listen.js'
import { relayModel, relayRows } from './model.js'
import { createPeople } from './people.js'
import type { RelayPorts } from './ports.js'
import { createPressing } from './press.js'
import { createTelling } from './tell.js'

/** Staff serve people from the app chat of WeCom. */
export interface Relay extends RelayPort {
  /**
   * Before the handlers: what staff write or press that is for the desk is done, and answered by what this gives. `run`
   * asks the handlers, for everything else. The same update again does nothing twice.
   */
  handle(update: Update, run: Run): Reply | Promise<Reply>
  /** A card has left with the code that lets it be changed; give it to the deliveries of the corporation's app. */
  cardSent(card: SentCard): Promise<void>
  /** Lets go what waits; run it every second or two, in any number of processes. */
  run(): Promise<void>
  ticks: { name: string; every: string; run(): Promise<unknown> }[]
  close(): Promise<void>
}

/** The relay on a connection; make it before `ensureIndexes`. */
export function createRelay(ports: RelayPorts): Relay {
  const { connection, corp } = ports
  relayModel(connection)
  const rows = relayRows(connection)
  const carry = createCarry(ports)
  const people = createPeople(ports)
  const cards = createCards({ ...ports, rows })
  const boxes = createBoxes({ ...ports, rows, carry: carry.toStaff })
  const answers = createAnswers({ ...ports, boxes, carry })
  const asking = createAsking({ ...ports, rows, boxes, people, answers })
  const commands = createCommands({ ...ports, people })
  const listening = createListening({ ...ports, people, asking, answers, commands })
  const pressing = createPressing({ ...ports, cards, people, listening })
  const telling = createTelling({ ...ports, boxes, cards, people })

  async function run(): Promise<void> {
    await boxes.run()
    await cards.run()
  }

  return {
    ...telling,
    handle(update, others) {
      if (update.account !== corp) return others()
      switch (update.kind) {
        case 'staff.message':
          return listening.heard(update, others)
        case 'staff.card': {
          const press = pressOf(update.key)
          return press ? pressing.pressed(update, press) : others()
        }
        case 'staff.event': {
          const word = update.event === 'menu' ? /^desk:(\/.+)$/s.exec(update.key)?.[1] : undefined
          if (word === undefined) return others()
          const { id, platform, account, from, at } = update
          const content = { kind: 'text', text: word } as const
          return listening.heard({ kind: 'staff.message', id, platform, account, from, at, content }, others)
        }
        default:
          return others()
      }
    },
    cardSent: cards.sent,
    run,
    ticks: [{ name: 'desk-relay', every: '2 seconds', run }],
    async close() {
      await boxes.close()
    },
  }
}
