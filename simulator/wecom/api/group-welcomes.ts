import { limits } from '../../../rules/wecom/limits.js'
import { hex } from '../../ids.js'
import { type JsonRecord, record } from '../../json.js'
import { tellState } from '../notices.js'
import type { Message } from '../state.js'
import { type Answer, bodyOf, type CorpCall, type CorpEndpoint, corpOk, needText, Refusal, textIn } from './answer.js'
import { attachment } from './message.js'

const ROOT = '/cgi-bin/externalcontact/group_welcome_template'
const feature = 'groups'
/** Only one of them is used: the first of this order. */
const KINDS = ['image', 'link', 'miniprogram', 'file', 'video']

/** The library of group welcomes (入群欢迎语素材). */
export const groupWelcomeEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/add`]: { method: 'POST', feature, run: add },
  [`${ROOT}/edit`]: { method: 'POST', feature, run: edit },
  [`${ROOT}/get`]: { method: 'POST', feature, run: get },
  [`${ROOT}/del`]: { method: 'POST', feature, run: remove },
}

function add(call: CorpCall): Answer {
  const { corp } = call
  const body = bodyOf(call)
  if (corp.groupWelcomes.size >= limits.groupWelcomes.value) throw new Refusal(41055)
  const id = `msg${hex(16)}`
  corp.groupWelcomes.set(id, { ...contentOf(call, body), createdAt: call.now })
  tellState(call.scene)
  return corpOk({ template_id: id })
}

function contentOf(call: CorpCall, body: JsonRecord): Message {
  checkAgent(call, body)
  const words = textIn(record(body, 'text') ?? {}, 'content')
  if (Buffer.byteLength(words) > limits.groupWelcomeTextBytes.value) throw new Refusal(45002, 'text.content')
  const kind = KINDS.find((name) => body[name] !== undefined)
  if (words === '' && kind === undefined) throw new Refusal(40063, 'text')
  const shown = kind === undefined ? [] : [attachment(call, { msgtype: kind, [kind]: body[kind] }, kind)]
  return {
    wire: { ...(words !== '' && { text: { content: words } }), ...(kind !== undefined && { [kind]: body[kind] }) },
    contents: [...(words === '' ? [] : [{ kind: 'text' as const, text: words }]), ...shown],
  }
}

function checkAgent({ corp }: CorpCall, body: JsonRecord): void {
  if (body['agentid'] !== undefined && body['agentid'] !== corp.options.agentId) throw new Refusal(40056)
}

function known(call: CorpCall, body: JsonRecord): { id: string; welcome: Message & { createdAt: number } } {
  const id = needText(body, 'template_id')
  const welcome = call.corp.groupWelcomes.get(id)
  if (!welcome) throw new Refusal(41058)
  return { id, welcome }
}

function edit(call: CorpCall): Answer {
  const body = bodyOf(call)
  const { welcome } = known(call, body)
  Object.assign(welcome, contentOf(call, body))
  tellState(call.scene)
  return corpOk()
}

function get(call: CorpCall): Answer {
  return corpOk(known(call, bodyOf(call)).welcome.wire)
}

function remove(call: CorpCall): Answer {
  const body = bodyOf(call)
  checkAgent(call, body)
  call.corp.groupWelcomes.delete(known(call, body).id)
  tellState(call.scene)
  return corpOk()
}
