import type { z } from 'zod'
import type { UrlCheck } from '../official-account/push/verify.js'
import type { Platform } from '../platform.js'
import type { Corp, Scene } from '../wecom/corp.js'
import { staffNamed } from '../wecom/people.js'
import { verifyCorpUrl } from '../wecom/push/verify.js'
import { type Seed, seed } from '../wecom/seed.js'
import { sweep } from '../wecom/transfers.js'
import { type CorpAct, inScene } from './corp-acts.js'
import * as admin from './corp-admin.js'
import { actorOf, personActs } from './corp-people.js'
import { type CorpReads, corpReads } from './corp-reads.js'
import { corpBodies, type corpChange } from './corp-schema.js'
import { staffActs } from './corp-staff.js'
import { type KfControl, kfControl } from './kf.js'
import { ControlError } from './person.js'
import { type ToolsControl, toolsControl } from './tools.js'

type StaffActs = typeof staffActs
type PersonActs = typeof personActs
type Bodies = typeof corpBodies
type Given<K extends keyof Bodies> = z.input<Bodies[K]>

/** Everything a test or a page may do with a corporation; the HTTP control API under `/control/corp` is this. */
export interface CorpControl extends CorpReads {
  /** Changes settings, address, secrets. */
  set(change: z.input<typeof corpChange>): object
  /** An act of a member, by the name of its route. */
  staffAct<K extends keyof StaffActs>(
    staff: string,
    act: K,
    ...given: Record<never, never> extends z.input<StaffActs[K]['schema']>
      ? [body?: z.input<StaffActs[K]['schema']>]
      : [body: z.input<StaffActs[K]['schema']>]
  ): CorpAct<ReturnType<StaffActs[K]['run']>>
  /** An act of a person from outside: a follower's openid, an external id or a unionid. */
  personAct<K extends keyof PersonActs>(
    person: string,
    act: K,
    ...given: Record<never, never> extends z.input<PersonActs[K]['schema']>
      ? [body?: z.input<PersonActs[K]['schema']>]
      : [body: z.input<PersonActs[K]['schema']>]
  ): CorpAct<ReturnType<PersonActs[K]['run']>>
  /** Many people join at once, in one event. */
  join(group: string, given: Given<'join'>): CorpAct<{ joined: string[] }>
  leave(group: string, given: Given<'leave'>): CorpAct<{ gone: string[] }>
  addStaff(given: Given<'newStaff'>): CorpAct<{ id: string }>
  setStaff(staff: string, change: Given<'staffChange'>): CorpAct<{ id: string }>
  addTags(given: Given<'newTags'>): CorpAct<{ groupId: string; tags: { id: string; name: string }[] }>
  renameTag(id: string, name: string): CorpAct
  removeTag(id: string): CorpAct
  addRobot(given?: Given<'newRobot'>): { key: string; url: string }
  setRobot(key: string, active: boolean): void
  removeRobot(key: string): void
  endToken(code?: 40014 | 42001): void
  verify(tamper?: boolean): Promise<UrlCheck>
  push(given: Given<'push'>): CorpAct
  /** What time has done by itself. */
  sweep(): CorpAct
  seed(given: Partial<Seed>): ReturnType<typeof seed>
  /** Whom the login pages let in. */
  login(who: string): void
  /** The desk (微信客服). */
  kf: KfControl
  /** The chat tool bar (聊天工具栏). */
  tools: ToolsControl
}

interface AnyAct {
  schema: z.ZodType
  run(scene: unknown, who: unknown, given: unknown): object
}

/** The corporation of this id, or the first one. */
export function corpNamed(platform: Platform, id: string | undefined): Corp {
  const [first] = platform.corps.values()
  const corp = id === undefined ? first : platform.corps.get(id)
  if (!corp) throw new ControlError(404, `there is no corporation ${id ?? ''}`)
  return corp
}

/** The control of one corporation. */
export function corpControl(platform: Platform, corp: Corp): CorpControl {
  const reads = corpReads(platform, corp)
  const act = <T extends object>(run: Parameters<typeof inScene<T>>[2]) => inScene(platform, corp, run)
  const perform = (acts: object, name: string, body: unknown, who: (scene: Scene) => unknown) => {
    const found = Object.hasOwn(acts, name) ? (acts as Record<string, AnyAct>)[name] : undefined
    if (!found) throw new ControlError(404, `nobody can ${name}`)
    const given = found.schema.parse(body ?? {})
    return act((scene) => found.run(scene, who(scene), given))
  }
  return {
    ...reads,
    set: (change) => {
      admin.changeCorp(platform, corp, change)
      return reads.state()
    },
    staffAct: (staff, name, ...[body]) => perform(staffActs, name, body, () => staffNamed(corp, staff)) as never,
    personAct: (person, name, ...[body]) =>
      perform(personActs, name, body, (scene) => actorOf(scene, person, name)) as never,
    join: (group, given) => act((scene) => admin.joinMany(scene, group, corpBodies.join.parse(given))),
    leave: (group, given) => act((scene) => admin.leaveMany(scene, group, corpBodies.leave.parse(given))),
    addStaff: (given) => act((scene) => admin.addStaff(scene, corpBodies.newStaff.parse(given))),
    setStaff: (staff, change) => act((scene) => admin.changeStaff(scene, staff, corpBodies.staffChange.parse(change))),
    addTags: (given) => act((scene) => admin.makeTags(scene, corpBodies.newTags.parse(given))),
    renameTag: (id, name) => act((scene) => admin.renameTag(scene, id, corpBodies.tagChange.parse({ name }).name)),
    removeTag: (id) => act((scene) => admin.removeTag(scene, id)),
    addRobot: (given = {}) => admin.addRobot(platform, corp, corpBodies.newRobot.parse(given)),
    setRobot: (key, active) => {
      admin.robotNamed(corp, key).active = active
    },
    removeRobot: (key) => {
      corp.robots.delete(admin.robotNamed(corp, key).key)
    },
    endToken: (code = 40014) => corp.tokens.end(code),
    verify: (tamper) => verifyCorpUrl(platform, corp, tamper),
    push: (given) => act((scene) => admin.rawPush(scene, corpBodies.push.parse(given))),
    sweep: () =>
      act((scene) => {
        sweep(scene)
        return {}
      }),
    seed: (given) => {
      const { exchange: _, done: __, ...made } = act((scene) => seed(scene, corpBodies.seed.parse(given)))
      return made
    },
    login: (who) => {
      corp.loginAs = who
    },
    kf: kfControl(platform, corp),
    tools: toolsControl(platform, corp),
  }
}

export type { CorpAct }
