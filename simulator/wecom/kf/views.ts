import { limits } from '../../../rules/wecom/limits.js'
import type { Corp } from '../corp.js'
import { nameOf } from '../views.js'
import { dutyOf, servicersOf } from './desk.js'
import type { DeskAccount, DeskLink, Talk } from './state.js'

/** A conversation as the page and tests see it. */
export function talkView(corp: Corp, account: DeskAccount, talk: Talk) {
  const customer = corp.customers.get(talk.customer)
  return {
    kf: account.id,
    kfName: account.name,
    kfPicture: account.picture,
    person: talk.customer,
    name: customer?.name ?? '',
    unionid: customer?.unionid ?? '',
    ...(customer?.openid !== undefined && { openid: customer.openid }),
    state: talk.state,
    servicer: talk.servicer ?? null,
    servicerName: talk.servicer === undefined ? null : nameOf(corp, talk.servicer),
    scene: talk.scene,
    sceneParam: talk.sceneParam,
    enteredAt: talk.enteredAt,
    lastCustomerAt: talk.lastCustomerAt,
    sent: talk.sent,
    left: Math.max(0, limits.deskMessages.value - talk.sent),
    refuses: talk.refuses,
    servicerRefuses: talk.servicerRefuses,
    score: talk.score ?? null,
    entries: talk.thread.last,
  }
}

/** An account as the page and tests see it. */
export function accountView(corp: Corp, baseUrl: string, account: DeskAccount) {
  const { id, name, picture, managed, deleted, welcome, routing, routeAfterMs, departments } = account
  return {
    id,
    name,
    avatar: picture,
    managed,
    deleted,
    welcome: welcome ?? null,
    routing,
    routeAfterMs,
    servicers: servicersOf(corp, account).map((staff) => ({
      staff,
      name: nameOf(corp, staff),
      ...dutyView(account, staff),
    })),
    departments: [...departments],
    links: [...corp.desk.links.values()]
      .filter((link) => link.account === id)
      .map((link) => ({ url: linkAddress(baseUrl, link), scene: link.scene, entered: link.entered })),
    chats: account.talks.size,
    lastSeq: account.lastSeq,
  }
}

/** Whether somebody is on duty. */
export function dutyView(account: DeskAccount, staff: string): { serving: boolean; paused: boolean } {
  const duty = dutyOf(account, staff)
  return { serving: duty === 'serving', paused: duty === 'paused' }
}

/** The address of a link; WeCom's own begins with https://work.weixin.qq.com. */
export const linkAddress = (baseUrl: string, { key }: Pick<DeskLink, 'key'>): string =>
  `${baseUrl}/kf/${key}?enc_scene=ENC${key.slice(3)}`

/** The part of an address that names a link, and what was appended. */
export function linkIn(text: string): { key: string; param: string } | undefined {
  const key = /\/kf\/(kfc[\w-]+)/.exec(text)?.[1]
  if (key === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  return { key, param: url?.searchParams.get('scene_param') ?? '' }
}
