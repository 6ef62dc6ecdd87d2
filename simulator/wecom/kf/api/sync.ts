import { limits } from '../../../../rules/wecom/limits.js'
import { type JsonRecord, record, text } from '../../../json.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  Refusal,
  subject,
  textIn,
  wholeIn,
} from '../../api/answer.js'
import { dropOld } from '../log.js'
import type { DeskAccount, LogRow } from '../state.js'
import { accountOf } from './answer.js'

/** What happened at the desk. */
export const deskSyncEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/kf/sync_msg': { method: 'POST', feature: 'desk', run: sync },
}

const SILK = 1
const SILK_HEAD = Buffer.from('\x02#!SILK_V3', 'latin1')

/** A page by cursor; short or empty ones with has_more 1 where a test wants them. */
function sync(call: CorpCall): Answer {
  const { corp, now } = call
  const body = bodyOf(call)
  const account = accountOf(call, subject(call, needText(body, 'open_kfid')))
  const limit = wholeIn(body, 'limit', limits.deskMessagePage.value, 1, limits.deskMessagePage.value)
  const format = wholeIn(body, 'voice_format', 0, 0, SILK)
  const cursor = textIn(body, 'cursor')
  if (Buffer.byteLength(cursor) > limits.deskCursorBytes.value) throw new Refusal(40058, 'cursor')
  checkToken(call, account, textIn(body, 'token'))
  dropOld(account, now)
  const first = account.log[0]?.seq ?? account.lastSeq + 1
  const from = Math.max(first, cursor === '' ? first : placeOf(cursor, account))
  const most = Math.min(limit, account.pages.shift() ?? limit)
  const rows = account.log.slice(from - first, from - first + most)
  const next = from + rows.length
  return corpOk({
    next_cursor: Buffer.from(`${account.id}:${next}`).toString('base64url'),
    has_more: next <= account.lastSeq ? 1 : 0,
    msg_list: rows.map((row) => (format === SILK ? inSilk(corp, row) : row.row)),
  })
}

/** 95007 for a token that is not this account's or over its time; without one only so often (45009). */
function checkToken({ corp, now }: CorpCall, account: DeskAccount, token: string): void {
  const { readsWithoutToken, tokenMs } = corp.desk.settings
  if (token === '') {
    const name = `sync without token ${account.id}`
    if (!corp.rates.take(name, now, { perMinute: readsWithoutToken })) throw new Refusal(45009)
    return
  }
  const known = corp.desk.tokens.get(token)
  const age = known === undefined ? tokenMs : tokenMs - (known.until - now)
  if (known?.account !== account.id || age >= tokenMs) throw new Refusal(95007)
}

function placeOf(cursor: string, account: DeskAccount): number {
  const clear = Buffer.from(cursor, 'base64url').toString()
  const seq = clear.startsWith(`${account.id}:`) ? Number(clear.slice(account.id.length + 1)) : Number.NaN
  if (!Number.isInteger(seq) || seq < 1 || seq > account.lastSeq + 1) throw new Refusal(40058, 'cursor')
  return seq
}

/** The same row with the voice in the other format. */
function inSilk(corp: CorpCall['corp'], kept: LogRow): JsonRecord {
  const id = text(record(kept.row, 'voice'), 'media_id')
  const amr = id === undefined ? undefined : corp.media.find(id, kept.at)
  if (!amr) return kept.row
  kept.silk ??= corp.media.add({ ...amr, bytes: Buffer.concat([SILK_HEAD, amr.bytes]), contentType: 'audio/silk' }).id
  return { ...kept.row, voice: { media_id: kept.silk } }
}
