import { randomInt } from 'node:crypto'
import { seconds } from '../../clock.js'
import { sign } from '../../crypto.js'
import { rid } from '../../ids.js'
import type { Platform } from '../../platform.js'
import type { Account } from '../account.js'
import { sendOnce } from './send.js'

/** Outcome of checking a callback address. */
export interface UrlCheck {
  ok: boolean
  url: string
  status?: number
  body?: string
  reason?: string
}

/** Checks the callback address as WeChat does when it is saved in the console: GET with echostr, which must come back. */
export async function verifyUrl(
  platform: Platform,
  account: Account,
  over: { tamper?: boolean; echostr?: string; timestamp?: string } = {},
): Promise<UrlCheck> {
  const timestamp = over.timestamp ?? String(seconds(platform.clock.now()))
  const nonce = String(randomInt(100_000_000, 2_000_000_000))
  const echostr = over.echostr ?? String(BigInt(`0x${rid().replaceAll('-', '').slice(0, 15)}`))
  const signature = sign(over.tamper ? 'wrong-token' : account.options.token, timestamp, nonce)
  const query = new URLSearchParams({ signature, timestamp, nonce, echostr })
  const url = `${account.options.callbackUrl}?${query}`
  const answer = await sendOnce(platform, { url, method: 'GET' }, platform.timing.answerMs)
  if ('problem' in answer) return { ok: false, url, reason: answer.problem }
  const seen = { url, status: answer.status, body: answer.raw }
  if (answer.status !== 200) return { ok: false, ...seen, reason: `HTTP ${answer.status}` }
  return answer.raw === echostr ? { ok: true, ...seen } : { ok: false, ...seen, reason: 'the answer is not echostr' }
}
