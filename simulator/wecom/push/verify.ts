import { seconds } from '../../clock.js'
import { encrypt, sign } from '../../crypto.js'
import { hex, randomBlock } from '../../ids.js'
import { sendOnce } from '../../official-account/push/send.js'
import type { UrlCheck } from '../../official-account/push/verify.js'
import type { Platform } from '../../platform.js'
import type { Corp } from '../corp.js'

/** Checks the callback address as the console does: GET with an encrypted echostr whose clear text must come back. */
export async function verifyCorpUrl(platform: Platform, corp: Corp, tamper = false): Promise<UrlCheck> {
  const { token, corpid, callbackUrl } = corp.options
  const timestamp = String(seconds(platform.clock.now()))
  const nonce = String(randomBlock(4).readUInt32BE())
  const clear = String(BigInt(`0x${hex(7)}`))
  const echostr = encrypt(corp.key, clear, corpid)
  const msg_signature = sign(tamper ? 'wrong-token' : token, timestamp, nonce, echostr)
  const url = `${callbackUrl}?${new URLSearchParams({ msg_signature, timestamp, nonce, echostr })}`
  const answer = await sendOnce(platform, { url, method: 'GET' }, platform.timing.answerMs)
  if ('problem' in answer) return { ok: false, url, reason: answer.problem }
  const seen = { url, status: answer.status, body: answer.raw }
  if (answer.status !== 200) return { ok: false, ...seen, reason: `HTTP ${answer.status}` }
  return answer.raw === clear
    ? { ok: true, ...seen }
    : { ok: false, ...seen, reason: 'the answer is not the clear echostr' }
}
