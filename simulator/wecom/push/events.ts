import { newMessageId } from '../../ids.js'
import type { XmlFields } from '../../xml.js'
import type { Scene } from '../corp.js'
import { type CorpPushOptions, push } from './deliver.js'

/** A customer came, went or was changed by a person (change_external_contact). */
export function customerEvent(
  scene: Scene,
  change: string,
  pair: { staff: string; customer: string },
  more: XmlFields = {},
): void {
  push(scene, {
    kind: `event.change_external_contact.${change}`,
    from: 'sys',
    subject: pair.customer,
    fields: {
      MsgType: 'event',
      Event: 'change_external_contact',
      ChangeType: change,
      UserID: pair.staff,
      ExternalUserID: pair.customer,
      ...more,
    },
  })
}

/** A customer group changed (change_external_chat); `detail` for updates. */
export function groupEvent(scene: Scene, group: string, change: string, detail?: string, more: XmlFields = {}): void {
  push(scene, {
    kind: `event.change_external_chat.${detail ?? change}`,
    from: 'sys',
    subject: group,
    fields: {
      MsgType: 'event',
      Event: 'change_external_chat',
      ChatId: group,
      ChangeType: change,
      ...(detail === undefined ? {} : { UpdateDetail: detail }),
      ...more,
    },
  })
}

/** Tags of the corporation were changed by the administrator (change_external_tag). */
export function tagEvent(scene: Scene, change: string, type: 'tag' | 'tag_group', id: string): void {
  push(scene, {
    kind: `event.change_external_tag.${change}`,
    from: 'sys',
    subject: id,
    fields: { MsgType: 'event', Event: 'change_external_tag', Id: id, TagType: type, ChangeType: change },
  })
}

/** The directory changed (change_contact). */
export function directoryEvent(scene: Scene, change: string, staff: string, more: XmlFields = {}): void {
  push(scene, {
    kind: `event.change_contact.${change}`,
    from: 'sys',
    subject: staff,
    fields: { MsgType: 'event', Event: 'change_contact', ChangeType: change, UserID: staff, ...more },
  })
}

/** A member did something in the app. */
export function appEvent(
  scene: Scene,
  event: string,
  staff: string,
  more: XmlFields = {},
  options: CorpPushOptions = {},
): void {
  const AgentID = scene.corp.options.agentId
  push(
    scene,
    {
      kind: `event.${event}`,
      from: staff,
      subject: staff,
      fields: { MsgType: 'event', Event: event, ...more, AgentID },
    },
    options,
  )
}

/** A member wrote to the app. */
export function appMessage(
  scene: Scene,
  staff: string,
  type: string,
  fields: XmlFields,
  options: CorpPushOptions,
): void {
  const AgentID = scene.corp.options.agentId
  push(
    scene,
    {
      kind: type,
      from: staff,
      subject: staff,
      fields: { MsgType: type, ...fields, MsgId: newMessageId(scene.now), AgentID },
    },
    options,
  )
}
