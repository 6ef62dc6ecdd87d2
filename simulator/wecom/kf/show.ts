import type { CorpContent, CorpEntry } from '../content.js'
import type { Scene } from '../corp.js'
import { show, shownAgain } from '../thread.js'
import { nameOf } from '../views.js'
import type { DeskAccount, Talk } from './state.js'
import { accountView, talkView } from './views.js'

/** Where a conversation is shown. */
const placeOf = (talk: Talk) => ({ about: 'kf', id: `${talk.account}/${talk.customer}`, thread: talk.thread }) as const

/** A line of the system in her conversation. */
export function showLine(scene: Scene, talk: Talk, text: string): void {
  show(scene, placeOf(talk), { from: 'system', by: '', name: '', via: 'system', content: { kind: 'text', text } })
}

/** What somebody said, with the id of the message. */
export function showMessage(
  scene: Scene,
  talk: Talk,
  said: { from: 'customer' | 'staff' | 'app'; by: string; via: CorpEntry['via']; content: CorpContent; msgid: string },
  failed?: number,
): CorpEntry {
  const account = scene.corp.desk.accounts.get(talk.account)
  const name = said.from === 'app' ? (account?.name ?? '') : nameOf(scene.corp, said.by)
  return show(scene, placeOf(talk), { ...said, name, ...(failed !== undefined && { failed }) })
}

/** Tells the page that a line has changed. */
export const showAgain = (scene: Scene, talk: Talk, entry: CorpEntry): void =>
  shownAgain(scene, 'kf', placeOf(talk).id, entry)

/** Tells the page how a conversation is now. */
export function tellTalk(scene: Scene, talk: Talk): void {
  const { platform, corp } = scene
  const account = corp.desk.accounts.get(talk.account)
  if (!platform.bus.busy || !account) return
  const { id } = placeOf(talk)
  platform.bus.publish({ type: 'corp', account: corp.options.id, about: 'kf', id, view: talkView(corp, account, talk) })
}

/** Tells the page how an account is now. */
export function tellAccount({ platform, corp }: Scene, account: DeskAccount): void {
  if (!platform.bus.busy) return
  const view = accountView(corp, platform.baseUrl, account)
  platform.bus.publish({ type: 'corp', account: corp.options.id, about: 'kf-account', id: account.id, view })
}
