import { limits } from '../../../rules/official-account/limits.js'
import type { Content } from '../../content.js'
import { newMessageId } from '../../ids.js'
import { type JsonRecord, record, text } from '../../json.js'
import type { MessageTemplate } from '../../options.js'
import { background, type Platform } from '../../platform.js'
import { type Account, isLinked, miniProgramName } from '../account.js'
import { type Follower, show } from '../follower.js'
import { fateOf, pushReceipt } from '../receipts.js'
import { type Answer, type Call, type Endpoint, fail, followerFor, jsonBody, ok } from './answer.js'
import { readData } from './template-data.js'

/** Template messages (模板消息). */
export const templateEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/template/send': { method: 'POST', capability: 'template-messages', run: send },
  '/cgi-bin/template/get_all_private_template': { method: 'GET', capability: 'template-messages', run: listTemplates },
}

const REMEMBERED = 20_000

function send(call: Call): Answer {
  const { account, platform, now } = call
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const { body } = parsed
  const found = followerFor(call, text(body, 'touser'))
  if ('error' in found && !isBlocked(account, text(body, 'touser'))) return found.error
  const follower = account.followers.get(text(body, 'touser') ?? '')
  const template = account.options.templates?.find((item) => item.id === text(body, 'template_id'))
  if (!follower || !template) return fail(40037)
  const notice = render(account, template, body)
  if ('errcode' in notice) return fail(notice.errcode, notice.detail)
  const key = text(body, 'client_msg_id')
  if (key !== undefined && [...key].length > limits.clientMsgId.value) return fail(45067)
  const before = key === undefined ? undefined : account.sentTemplates.get(`${follower.openid} ${key}`)
  if (before && now - before.at < limits.clientMsgIdMs.value) return ok({ msgid: before.msgid })
  const msgid = newMessageId(now)
  if (key !== undefined) remember(account, `${follower.openid} ${key}`, { at: now, msgid })
  background(platform, arrive(platform, account, follower, notice, msgid))
  return ok({ msgid })
}

function isBlocked(account: Account, openid: string | undefined): boolean {
  return account.followers.get(openid ?? '')?.refuses === true
}

function remember(account: Account, key: string, sent: { at: number; msgid: bigint }): void {
  account.sentTemplates.set(key, sent)
  const [oldest] = account.sentTemplates.keys()
  if (account.sentTemplates.size > REMEMBERED && oldest !== undefined) account.sentTemplates.delete(oldest)
}

/** The message reaches the phone, then the platform reports the job: "failed:user block" when she switched messages off. */
async function arrive(platform: Platform, account: Account, follower: Follower, notice: Content, msgid: bigint) {
  const fate = fateOf(platform, account, 'template')
  const failure = follower.refuses || !follower.following ? 'failed:user block' : fate.failure
  if (failure === undefined) {
    const at = platform.clock.now()
    show(platform.bus, account.options.id, follower, { at, from: 'account', via: 'template', content: notice })
  }
  const fields = () => ({ MsgID: msgid, Status: failure ?? 'success' })
  await pushReceipt(platform, { account, follower }, fate, { name: 'TEMPLATESENDJOBFINISH', fields })
}

function render(
  account: Account,
  template: MessageTemplate,
  body: JsonRecord,
): (Content & { kind: 'notice' }) | { errcode: number; detail?: string } {
  const fields = readData(template.content, record(body, 'data'))
  if (typeof fields === 'string') return { errcode: 47003, detail: fields }
  const program = record(body, 'miniprogram')
  const appid = text(program, 'appid')
  if (appid !== undefined && !isLinked(account, appid)) return { errcode: 40166 }
  const path = text(program, 'pagepath') ?? ''
  const url = text(body, 'url') ?? ''
  return {
    kind: 'notice',
    title: template.title,
    fields,
    ...(url === '' ? {} : { url }),
    ...(appid === undefined ? {} : { miniProgram: { appid, appName: miniProgramName(account, appid), path } }),
  }
}

function listTemplates({ account }: Call): Answer {
  const templates = (account.options.templates ?? []).map((item) => ({
    template_id: item.id,
    title: item.title,
    primary_industry: '',
    deputy_industry: '',
    content: item.content,
    example: item.content.replace(/\{\{\w+\.DATA\}\}/g, '示例'),
  }))
  return { template_list: templates }
}
