import { stampText } from '../../time.js'
import { markFace } from '../faces.js'
import { corp } from '../store.js'
import { deskLink, enterDesk, openDesk } from './chat.js'

/** Whether an address leads to the desk. */
export const isDeskLink = (url) => deskLink(url) !== undefined

/** What `#kf/<account>` names: a conversation that is there already. */
const known = (text) => /^#kf\/(.+)$/.exec(text ?? '')?.[1]

/** Whether this opens the desk: its address, or a conversation that is there. */
export const isDesk = (text) => isDeskLink(text) || known(text) !== undefined

/** Enters the desk on a follower's phone, or goes back into a conversation. */
export async function throughDesk(phone, text) {
  const kf = known(text)
  if (kf === undefined) return enterDesk(phone, { link: text })
  const [chat] = (await chatsOf(phone.person().id)).filter((one) => one.kf === kf)
  if (!chat) return
  phone.met(chat.person)
  openDesk(phone, kf)
}

async function chatsOf(follower) {
  const { chats } = await corp('GET', `/kf/people/${encodeURIComponent(follower)}`)
  return chats
}

/** The desk's conversations in a follower's list of chats. `open(text)` goes into one, `changed()` is told of new ones. */
export function createDeskRows({ follower, shared, open, changed }) {
  let chats = []
  const load = () =>
    chatsOf(follower)
      .then((read) => {
        chats = read
        changed()
      })
      .catch(shared.complain)
  if (shared.hasCorp()) load()
  return {
    happened: ({ about, view, id }) => {
      if (about !== 'kf') return
      if (view ? view.openid === follower : chats.some((chat) => id === `${chat.kf}/${chat.person}`)) load()
    },
    rows: () =>
      chats.map((chat) => ({
        name: chat.kfName,
        words: stampText(chat.lastCustomerAt || chat.enteredAt, shared.now()),
        at: chat.lastCustomerAt || chat.enteredAt,
        unread: 0,
        avatar: markFace('desk', 46),
        open: () => open(`#kf/${chat.kf}`),
        testid: 'home-kf',
      })),
  }
}
