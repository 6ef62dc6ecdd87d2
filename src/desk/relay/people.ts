import { talksOn } from '../../contacts/identity.js'
import { contactKey } from '../../core/update.js'
import type { ConversationRow } from '../model.js'
import type { DeskMember, RelayPorts } from './ports.js'
import { channelName, markOf, meterOf, nameless } from './words.js'

/** Names, marks and meters of those who talk. */
export interface People {
  nameOf(conversation: ConversationRow): Promise<string>
  /** `#3 林小雨` */
  mark(conversation: ConversationRow): Promise<string>
  /** `#3 林小雨 · 公众号` */
  title(conversation: ConversationRow): Promise<string>
  /** What may still be sent, in words. */
  meter(conversation: ConversationRow): Promise<string>
  member(userid: string): Promise<DeskMember | undefined>
  /** Names of members by userid; who is none keeps the userid. */
  staffNames(): Promise<(userid: string) => string>
}

/** Asks the ports. */
export function createPeople(ports: Pick<RelayPorts, 'nameOf' | 'windows' | 'clock' | 'timeZone' | 'desk'>): People {
  const { windows, clock, timeZone, desk } = ports
  async function nameOf({ contact, person }: ConversationRow): Promise<string> {
    const name = (await ports.nameOf(contact))?.trim() ?? ''
    return name === '' ? nameless(person.externalId) : name.slice(0, 24)
  }
  const mark = async (conversation: ConversationRow) => markOf(conversation, await nameOf(conversation))
  return {
    nameOf,
    mark,
    title: async (conversation) => `${await mark(conversation)} · ${channelName(conversation.channel)}`,
    async meter({ person, channel }) {
      const key = contactKey({ account: talksOn(person), from: person.externalId })
      return meterOf(await windows.of(key, clock.now()), channel, timeZone)
    },
    member: async (userid) => (await desk().members()).find((one) => one.userid === userid),
    async staffNames() {
      const names = new Map((await desk().members()).map(({ userid, name }) => [userid, name]))
      return (userid) => names.get(userid) ?? userid
    },
  }
}
