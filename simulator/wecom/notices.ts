import type { Scene } from './corp.js'
import type { Customer, Group, Moment, SendTask, Staff } from './state.js'
import { momentView, taskView } from './task-views.js'
import { customerView, groupView, staffView } from './views.js'

/** Tells the page how a customer is now. */
export function tellCustomer(scene: Scene, customer: Customer): void {
  tell(scene, 'customer', customer.id, () => customerView(scene.corp, customer))
}

/** Tells the page how a member is now. */
export function tellStaff(scene: Scene, staff: Staff): void {
  tell(scene, 'staff', staff.id, () => staffView(scene.corp, staff))
}

/** Tells the page how a group is now. */
export function tellGroup(scene: Scene, group: Group): void {
  tell(scene, 'group', group.id, () => groupView(scene.corp, group))
}

/** Tells the page how a group-send task is now. */
export function tellTask(scene: Scene, task: SendTask): void {
  tell(scene, 'task', task.id, () => taskView(scene.corp, task, scene.now))
}

/** Tells the page how a moments task is now. */
export function tellMoment(scene: Scene, moment: Moment): void {
  tell(scene, 'moment', moment.id, () => momentView(scene.corp, moment))
}

/** Tells the page to read everything again. */
export function tellState(scene: Scene): void {
  scene.platform.bus.publish({
    type: 'corp',
    account: scene.corp.options.id,
    about: 'state',
    id: scene.corp.options.id,
  })
}

function tell(
  { platform, corp }: Scene,
  about: 'customer' | 'staff' | 'group' | 'task' | 'moment',
  id: string,
  view: () => object,
): void {
  if (!platform.bus.busy) return
  platform.bus.publish({ type: 'corp', account: corp.options.id, about, id, view: view() })
}
