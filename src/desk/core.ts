import type { Carrier } from './carry.js'
import type { Members } from './members.js'
import type { DeskPorts } from './ports.js'
import type { DeskRows } from './rows.js'
import type { Conversations } from './save.js'

/** What the parts of the desk share. */
export interface Core {
  ports: DeskPorts
  rows: DeskRows
  conversations: Conversations
  carrier: Carrier
  members: Members
  /** Looks at a conversation at once, in the background. */
  look(conversation: string): void
}
