import { limits } from '../../../rules/wecom/limits.js'
import { randomText } from '../../ids.js'
import type { JsonRecord } from '../../json.js'
import { tellState } from '../notices.js'
import { findStaff } from '../people.js'
import type { InternalChat } from '../state.js'
import { createThread, show } from '../thread.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needQuery,
  needText,
  Refusal,
  shortText,
  subject,
  textIn,
  textsIn,
} from './answer.js'
import { appContent } from './app-content.js'

const feature = 'chats'

/** Internal groups made by the app (应用群聊): staff only. */
export const chatEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/appchat/create': { method: 'POST', feature, run: create },
  '/cgi-bin/appchat/update': { method: 'POST', feature, run: update },
  '/cgi-bin/appchat/get': { method: 'GET', feature, run: get },
  '/cgi-bin/appchat/send': { method: 'POST', feature, run: send },
}

function create(call: CorpCall): Answer {
  const { corp, now } = call
  const body = bodyOf(call)
  const members = known(call, textsIn(body, 'userlist'))
  if (members.length < 2 || members.length > limits.chatMembers.value) throw new Refusal(86008, '2 to 2000 members')
  const id = textIn(body, 'chatid') || randomText(20).replaceAll(/[-_]/g, '0')
  if (!/^[0-9A-Za-z]{1,32}$/.test(id) || corp.internalChats.has(id)) throw new Refusal(40058, 'chatid')
  const owner = textIn(body, 'owner') || (members[0] ?? '')
  if (!members.includes(owner)) throw new Refusal(86008, 'owner')
  const name = shortText(body, 'name', limits.chatName.value)
  if (!corp.rates.take('appchat', now, { perDay: limits.chatCreatesPerDay.value })) throw new Refusal(45009)
  const chat: InternalChat = { id, name, owner, members, thread: createThread(corp.keep) }
  corp.internalChats.set(id, chat)
  tellState(call.scene)
  return corpOk({ chatid: id })
}

/** Members who exist and are visible: 86216, 86217. */
function known({ corp }: CorpCall, ids: readonly string[]): string[] {
  const found = ids.map((id) => {
    const staff = findStaff(corp, id)
    if (!staff?.active) throw new Refusal(86216, id)
    if (!staff.inRange) throw new Refusal(86217, id)
    return staff.id
  })
  return [...new Set(found)]
}

function chatOf(call: CorpCall, id: string): InternalChat {
  const chat = call.corp.internalChats.get(subject(call, id))
  if (!chat) throw new Refusal(86001, id)
  return chat
}

function update(call: CorpCall): Answer {
  const body = bodyOf(call)
  const chat = chatOf(call, needText(body, 'chatid'))
  const gone = textsIn(body, 'del_user_list')
  const members = [...new Set([...chat.members, ...known(call, textsIn(body, 'add_user_list'))])]
  const left = members.filter((id) => !gone.includes(id))
  const owner = textIn(body, 'owner') || chat.owner
  if (left.length < 2 || left.length > limits.chatMembers.value) throw new Refusal(86008, '2 to 2000 members')
  if (!left.includes(owner)) throw new Refusal(86008, 'owner')
  const name = body['name'] === undefined ? chat.name : shortText(body, 'name', limits.chatName.value)
  Object.assign(chat, { members: left, owner, name })
  tellState(call.scene)
  return corpOk()
}

function get(call: CorpCall): Answer {
  const { id, name, owner, members } = chatOf(call, needQuery(call, 'chatid'))
  return corpOk({ chat_info: { chatid: id, name, owner, userlist: members, chat_type: 0 } })
}

function send(call: CorpCall): Answer {
  const { corp, scene } = call
  const body: JsonRecord = bodyOf(call)
  const chat = chatOf(call, needText(body, 'chatid'))
  const type = needText(body, 'msgtype', 40008)
  if (type === 'template_card') throw new Refusal(40008, type)
  const content = appContent(call, body, type)
  const by = { from: 'app', by: String(corp.options.agentId), name: corp.options.name, via: 'app' } as const
  show(scene, { about: 'internal', id: chat.id, thread: chat.thread }, { ...by, content })
  return corpOk()
}
