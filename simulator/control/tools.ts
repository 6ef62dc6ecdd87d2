import { z } from 'zod'
import type { Platform } from '../platform.js'
import { type Corp, type Scene, sceneOf } from '../wecom/corp.js'
import { groupNamed, showIn } from '../wecom/groups.js'
import { answerForm } from '../wecom/kf/servicer.js'
import { chatBetween, findPerson, relationOf, staffNamed } from '../wecom/people.js'
import type { Staff } from '../wecom/state.js'
import { show } from '../wecom/thread.js'
import { type Registered, register, sdkContent, sdkWire, toolbarUrl } from '../wecom/tools.js'
import { inScene } from './corp-acts.js'
import { placeOf } from './kf-acts.js'
import { ControlError } from './person.js'
import type { ControlAnswer, ControlRequest } from './routes.js'

const id = z.string().min(1).max(128)
const signature = z.strictObject({
  timestamp: z.union([z.string().max(32), z.number()]),
  nonceStr: z.string().max(128),
  signature: z.string().max(128),
})
const bodies = {
  set: z.strictObject({ url: z.url().nullable() }),
  register: z.strictObject({
    corpId: z.string().max(64),
    agentId: z.union([z.string().max(32), z.number()]),
    url: z.string().max(4096),
    config: signature.optional(),
    agentConfig: signature.optional(),
  }),
  send: z.strictObject({
    person: id.optional(),
    group: id.optional(),
    kf: id.optional(),
    message: z.record(z.string(), z.unknown()),
  }),
}

/** What a member's phone needs of the chat tool bar: its page, and what that page may call. */
export interface ToolsControl {
  get(): { url: string; corpid: string; agentId: number; sdk: string }
  /** Null: beside the callback again. */
  set(given: z.input<typeof bodies.set>): ReturnType<ToolsControl['get']>
  register(given: z.input<typeof bodies.register>): Registered
  /** sendChatMessage of a page that stands beside a chat of this member. */
  send(staff: string, given: z.input<typeof bodies.send>): object
}

/** The tool bar of a corporation. */
export function toolsControl(platform: Platform, corp: Corp): ToolsControl {
  const get = () => ({
    url: toolbarUrl(corp),
    corpid: corp.options.corpid,
    agentId: corp.options.agentId,
    sdk: `${platform.baseUrl}/jssdk-stand-in.js`,
  })
  return {
    get,
    set: (given) => {
      corp.toolbarUrl = bodies.set.parse(given).url ?? undefined
      return get()
    },
    register: (given) => register(corp, sceneOf(platform, corp).now, bodies.register.parse(given)),
    send: (staff, given) => {
      const parsed = bodies.send.parse(given)
      const {
        exchange: _,
        done: __,
        ...own
      } = inScene(platform, corp, (scene) => {
        send(scene, staffNamed(corp, staff), parsed)
        return {}
      })
      return own
    },
  }
}

function send(scene: Scene, staff: Staff, given: z.output<typeof bodies.send>): void {
  const { person, group: groupId, kf, message } = given
  const { corp, platform } = scene
  const content = sdkContent(scene, message, kf !== undefined)
  const said = { from: 'staff', by: staff.id, name: staff.name, via: 'hand', content } as const
  if (groupId !== undefined) {
    const group = groupNamed(corp, groupId)
    if (!group.members.has(staff.id)) throw new ControlError(409, `${staff.name} is not in ${group.name}`)
    showIn(scene, group, said)
    return
  }
  if (person === undefined) throw new ControlError(400, 'person or group: one is needed')
  if (kf !== undefined) {
    const { account, talk } = placeOf(scene, { kf, person })
    answerForm(scene, account, talk, staff.id, { ...sdkWire(message), content })
    return
  }
  const customer = findPerson(platform, corp, person)
  if (!customer) throw new ControlError(404, `the corporation has not met ${person}`)
  const relation = relationOf(staff, customer)
  if (relation.lost) throw new ControlError(409, `${customer.name} has deleted ${staff.name}`)
  Object.assign(relation, { started: true, lastChatAt: scene.now })
  show(scene, chatBetween(corp, staff.id, customer.id), said)
}

/** Finds and runs a route below /control/corp/tools; undefined for an unknown one. */
export function toolsRoute(tools: ToolsControl, { method, path, body = {} }: ControlRequest): ControlAnswer {
  const [who = '', verb = '', more] = path.slice(2)
  if (more !== undefined) return undefined
  if (who === '' && method === 'GET') return tools.get()
  if (who === '' && method === 'PATCH') return tools.set(bodies.set.parse(body))
  if (who === 'register' && verb === '' && method === 'POST') return tools.register(bodies.register.parse(body))
  if (verb === 'send' && method === 'POST') return tools.send(who, bodies.send.parse(body))
  return undefined
}
