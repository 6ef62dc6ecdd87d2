import type { RelayPort } from './ports.js'

/**
 * Staff of the desk who are not in WeCom: people of the console, under `console.<their id there>`. They work in the inbox;
 * nothing is sent to them by the app. The dot keeps the name apart: WeCom's userids of members that the console knows are
 * linked on the person, never guessed from a login.
 */
const PREFIX = 'console.'

/** How the desk calls a person of the console who has no WeCom account. */
export const consoleStaff = (person: string): string => `${PREFIX}${person}`

/** Whether it is such a name. */
export const isConsoleStaff = (staff: string): boolean => staff.startsWith(PREFIX)

/** The relay into WeCom, for those who are there: of the others' conversations their colleagues learn all the same. */
export function besideConsole(relay: RelayPort): RelayPort {
  const inCorp = (staff: readonly string[]) => staff.filter((one) => !isConsoleStaff(one))
  const aside = (staff: string | undefined) => staff !== undefined && isConsoleStaff(staff)
  return {
    offered: async (about) => {
      const staff = inCorp(about.staff)
      if (staff.length > 0) await relay.offered({ ...about, staff })
    },
    /** With nobody to give it to in WeCom it only closes the others' cards. */
    taken: (about) =>
      aside(about.staff)
        ? relay.taken({ ...about, conversation: { ...about.conversation, staff: '' } })
        : relay.taken(about),
    incoming: async (about) => {
      if (!aside(about.conversation.staff)) await relay.incoming(about)
    },
    ended: async (about) => {
      if (!aside(about.entry.by)) await relay.ended(about)
    },
    released: async (about) => {
      if (!aside(about.staff)) await relay.released(about)
    },
    alert: async (about) => {
      const staff = inCorp(about.staff)
      if (staff.length > 0) await relay.alert({ ...about, staff })
    },
  }
}
