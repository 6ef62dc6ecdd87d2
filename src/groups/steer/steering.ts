import type { Message, ResolvedMessage } from '../../core/message.js'
import type { PlatformName } from '../../core/update.js'
import { createWays, type Ways, type WaysPorts } from '../ways/ways.js'
import { recount } from './counts.js'
import { createJoinPage, type JoinPage } from './page.js'
import { steerPersonalData } from './personal-data.js'
import { createSettling, type Settling } from './settle.js'
import { createSteer, type Moment, type Steer, type SteeredPerson, type SteerPorts } from './steer.js'

/** What steering is connected to. */
export interface SteeringPorts extends Omit<SteerPorts, 'ways' | 'groupsOf'>, Omit<WaysPorts, 'events'> {
  /** The platform of an account of ours. */
  platform(account: string): PlatformName | undefined
  /** Fills in what a message names of the content folder; for welcomes, whose messages must be complete. */
  resolve(message: Message, account: string): ResolvedMessage
  /** The business day's zone, for the nightly work. */
  timeZone: string
}

/** Join ways and steering, put together: one call of the application. */
export interface Steering {
  ways: Ways
  steer: Steer
  settling: Settling
  page: JoinPage
  /** For a welcome: the invitation as complete messages; none when nothing is to be said. */
  inviteResolved(
    name: string,
    who: SteeredPerson,
    about: Moment & { key: string; at: Date },
  ): Promise<ResolvedMessage[]>
  ticks: { name: string; every: string; timeZone?: string; run(): Promise<unknown> }[]
  personalData: ReturnType<typeof steerPersonalData>
}

const THREE_DAYS_MS = 3 * 86_400_000

/** Connects join ways and steering; make them before `ensureIndexes`. */
export function createSteering(ports: SteeringPorts): Steering {
  const { connection, clock, platform, resolve, timeZone, roster } = ports
  const ways = createWays(ports)
  const steer = createSteer({ ...ports, ways, groupsOf: (contact) => roster.groupsOf(contact) })
  return {
    ways,
    steer,
    settling: createSettling({ steer, platform, now: () => clock.now() }),
    page: createJoinPage({ ways, offers: steer.offers }),
    async inviteResolved(name, who, about) {
      const { message } = await steer.invite(name, who, about)
      return message === undefined ? [] : [resolve(message, who.account)]
    },
    ticks: [
      { name: 'join-ways', every: '30 seconds', run: () => ways.sync() },
      { name: 'group-joins', every: '30 seconds', run: () => steer.joins.read() },
      {
        name: 'join-ways-reread',
        every: '40 3 * * *',
        timeZone,
        async run() {
          await ways.reread()
          await ways.sync()
          await steer.joins.read(THREE_DAYS_MS)
          await recount(connection)
        },
      },
    ],
    personalData: steerPersonalData(connection),
  }
}
