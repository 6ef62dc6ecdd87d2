import { control } from './api.js'
import { banner, serviceThread } from './home.js'

const BANNER_MS = 6_000

/**
 * The 服务通知 of a phone: what came, what is unread, the open conversation and the banner. `phone` gives display, opener,
 * now(), back(), place(screen), changed() and away() (whether another screen is shown than the list of chats or the talk itself).
 */
export function createNotices(id, phone) {
  const entries = []
  let unread = 0
  let thread
  let dropped
  let timer

  function drop(next) {
    clearTimeout(timer)
    dropped?.remove()
    dropped = next
    if (!next) return
    phone.display.append(next)
    timer = setTimeout(() => drop(undefined), BANNER_MS)
  }
  function open() {
    unread = 0
    drop(undefined)
    const made = serviceThread(entries, phone.opener, { back: phone.back, now: phone.now })
    phone.place(made.element)
    thread = made
  }

  return {
    open,
    newest: () => entries.at(-1),
    unread: () => unread,
    /** Another screen took the place of the conversation. */
    left() {
      thread = undefined
    },
    add(entry) {
      if (entries.some((known) => known.n >= entry.n)) return
      entries.push(entry)
      if (thread) return thread.show(entry)
      unread += 1
      phone.changed()
      if (phone.away()) drop(banner(entry, open))
    },
    async load() {
      const { entries: known } = await control('GET', `/followers/${id}/service`)
      const newer = entries.splice(0)
      entries.push(...known, ...newer.filter((entry) => !known.some((old) => old.n === entry.n)))
    },
  }
}
