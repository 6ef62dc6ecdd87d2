import type { PersonalData } from '../contacts/privacy.js'
import type { Answered } from '../core/call.js'
import type { Update } from '../core/update.js'
import { wayPersonalData } from './ways/personal-data.js'
import type { WayPorts } from './ways/ports.js'
import { createWays, type Ways } from './ways/ways.js'
import { welcomePersonalData } from './welcome/personal-data.js'
import type { WelcomePorts } from './welcome/ports.js'
import { createWelcomes, type Welcomes } from './welcome/welcomes.js'

/** What newcomers' parts are connected to; `contact` of the ways makes a contact, `known` only finds one. */
export interface NewcomerPorts extends WayPorts, Pick<WelcomePorts, 'sender' | 'wait' | 'handlerMs'> {
  known: WelcomePorts['contact']
}

/** Something that is done again and again; as the scheduler takes it. */
export interface NewcomerTick {
  name: string
  every: string
  timeZone?: string
  run(): Promise<unknown>
}

/** New customers: the ways they come by, and how they are welcomed. */
export interface Newcomers {
  ways: Ways
  welcomes: Welcomes
  /** After the durable insert, before the handlers: the welcome is started, the way counts. Undefined: nothing to do. */
  apply(update: Update): Promise<void> | undefined
  /** Runs the handlers; their reply to a new customer becomes the welcome. */
  answered(update: Update, handle: () => Answered): Answered
  ticks: NewcomerTick[]
  close(): Promise<void>
}

/** Connects them; make them before `ensureIndexes`. */
export function createNewcomers(ports: NewcomerPorts): Newcomers {
  const { timeZone } = ports
  const ways = createWays(ports)
  const welcomes = createWelcomes({ ...ports, contact: ports.known, words: (newcomer) => ways.words(newcomer) })
  return {
    ways,
    welcomes,
    apply(update) {
      const welcomed = welcomes.apply(update)
      const counted = ways.apply(update)
      if (welcomed === undefined) return counted
      return counted === undefined ? welcomed : Promise.all([welcomed, counted]).then(() => undefined)
    },
    answered: welcomes.answered,
    ticks: [
      { name: 'contact-ways', every: '* * * * *', timeZone, run: () => ways.tick() },
      { name: 'contact-way-tasks', every: '30 seconds', run: () => ways.runTasks() },
      { name: 'contact-ways-compare', every: '20 4 * * *', timeZone, run: () => ways.compare() },
      { name: 'contact-ways-rebuild', every: '50 4 * * *', timeZone, run: () => ways.rebuild() },
      { name: 'welcomes-resume', every: '5 seconds', run: () => welcomes.resume() },
    ],
    async close() {
      await welcomes.close()
      await ways.close()
    },
  }
}

/** What they keep about people; for `createContacts`, which comes before them. */
export const newcomerPersonalData = (connection: WayPorts['connection']): PersonalData[] => [
  welcomePersonalData(connection),
  wayPersonalData(connection),
]
