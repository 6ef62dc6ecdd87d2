import type { Scene } from '../wecom/corp.js'
import * as customer from '../wecom/kf/customer.js'
import { accountNamed } from '../wecom/kf/desk.js'
import * as servicer from '../wecom/kf/servicer.js'
import * as sessions from '../wecom/kf/sessions.js'
import type { DeskAccount, Talk } from '../wecom/kf/state.js'
import { linkIn } from '../wecom/kf/views.js'
import { findPerson } from '../wecom/people.js'
import type { Customer, Staff } from '../wecom/state.js'
import { actOf } from './corp-acts.js'
import { kfPersonBodies as body, kfStaffBodies as staffBody } from './kf-schema.js'
import { ControlError } from './person.js'

/** What a person does at the desk, by the name of the route. */
export const kfPersonActs = {
  enter: actOf(body.enter, (scene, person: Customer, { link: address, kf, scene: asked, param }) => {
    const { corp } = scene
    const found = address === undefined ? undefined : linkIn(address)
    const link = found && corp.desk.links.get(found.key)
    if (address !== undefined && !link) throw new ControlError(404, 'link: leads to no account of this corporation')
    const account = accountNamed(corp, link?.account ?? kf)
    if (account.deleted) throw new ControlError(404, `${account.name} was deleted`)
    const from = link?.scene ?? asked ?? ''
    const given = from === '' ? '' : (param ?? found?.param ?? '')
    return customer.enter(scene, account, person, { link, scene: from, param: given })
  }),
  say: actOf(body.say, (scene, person: Customer, { kf, ...said }) =>
    customer.say(scene, accountNamed(scene.corp, kf, true), person, said),
  ),
  menu: actOf(body.menu, (scene, person: Customer, { kf, n, id }) =>
    customer.tap(scene, accountNamed(scene.corp, kf, true), person, { n, item: id }),
  ),
  recall: actOf(body.recall, (scene, person: Customer, { kf, n }) => {
    const account = accountNamed(scene.corp, kf)
    customer.recall(scene, account, customer.talkWith(account, person), n, person.id)
    return {}
  }),
  refuse: actOf(body.refuse, (scene, person: Customer, { kf, on }) => {
    customer.refuse(scene, accountNamed(scene.corp, kf), person, on)
    return {}
  }),
  vote: actOf(body.vote, (scene, person: Customer, { kf, score }) => {
    customer.vote(scene, accountNamed(scene.corp, kf), person, score)
    return {}
  }),
  accept: actOf(body.accept, (scene, person: Customer, { kf, n }) =>
    customer.accept(scene, accountNamed(scene.corp, kf), person, n),
  ),
}

/** What a servicer does in the WeCom client, by the name of the route. */
export const kfStaffActs = {
  duty: actOf(staffBody.duty, (scene, staff: Staff, { kf, on, paused }) => {
    const duty = on ? 'serving' : paused ? 'paused' : 'stopped'
    servicer.setDuty(scene, accountNamed(scene.corp, kf, true), staff.id, duty)
    return {}
  }),
  take: actOf(staffBody.take, (scene, staff: Staff, where) => {
    const { account, talk } = placeOf(scene, where)
    sessions.take(scene, account, talk, staff.id)
    return {}
  }),
  say: actOf(staffBody.say, (scene, staff: Staff, { kf, person, ...said }) => {
    const { account, talk } = placeOf(scene, { kf, person })
    return servicer.answer(scene, account, talk, staff.id, said)
  }),
  pass: actOf(staffBody.pass, (scene, staff: Staff, { to, ...where }) => {
    const { account, talk } = placeOf(scene, where)
    sessions.pass(scene, account, talk, staff.id, to)
    return {}
  }),
  queue: actOf(staffBody.queue, (scene, staff: Staff, where) => {
    const { account, talk } = placeOf(scene, where)
    servicer.putBack(scene, account, talk, staff.id)
    return {}
  }),
  end: actOf(staffBody.end, (scene, staff: Staff, where) => {
    const { account, talk } = placeOf(scene, where)
    sessions.end(scene, account, talk, staff.id)
    return {}
  }),
  reopen: actOf(staffBody.reopen, (scene, staff: Staff, where) => {
    const { account, talk } = placeOf(scene, where)
    sessions.reopen(scene, account, talk, staff.id)
    return {}
  }),
  recall: actOf(staffBody.recall, (scene, staff: Staff, { n, ...where }) => {
    const { account, talk } = placeOf(scene, where)
    customer.recall(scene, account, talk, n, staff.id)
    return {}
  }),
  refuse: actOf(staffBody.refuse, (scene, staff: Staff, { on, ...where }) => {
    const { account, talk } = placeOf(scene, where)
    servicer.refuseHer(scene, account, talk, staff.id, on)
    return {}
  }),
}

/** The conversation that a body names; 404 when she has never entered. */
export function placeOf(
  scene: Pick<Scene, 'platform' | 'corp'>,
  { kf, person }: { kf?: string | undefined; person: string },
): { account: DeskAccount; talk: Talk } {
  const account = accountNamed(scene.corp, kf)
  const known = findPerson(scene.platform, scene.corp, person)
  const talk = known && account.talks.get(known.id)
  if (!talk) throw new ControlError(404, `${person} has not entered ${account.name}`)
  return { account, talk }
}
