import { limits } from '../../../rules/official-account/limits.js'
import { randomText } from '../../ids.js'
import { type JsonRecord, number, text } from '../../json.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { posted } from './posted.js'

/** Short keys; `shorturl` is gone since 2021 and not here. */
export const shortKeyEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/shorten/gen': { method: 'POST', capability: 'scene-codes', run: posted(make) },
  '/cgi-bin/shorten/fetch': { method: 'POST', capability: 'scene-codes', run: posted(fetch) },
}

const KEY_LENGTH = 15

function make(call: Call, body: JsonRecord): Answer {
  const data = text(body, 'long_data') ?? ''
  const life = number(body, 'expire_seconds') ?? limits.shortKeySeconds.value
  if (data === '' || Buffer.byteLength(data) > limits.shortKeyBytes.value) return fail(47003)
  if (life < 1 || life > limits.shortKeySeconds.value) return fail(47003)
  const key = randomText(KEY_LENGTH)
  recordsOf(call.account).shortKeys.set(key, { data, at: call.now, until: call.now + life * 1000 })
  return ok({ short_key: key })
}

function fetch(call: Call, body: JsonRecord): Answer {
  const found = recordsOf(call.account).shortKeys.get(text(body, 'short_key') ?? '')
  if (!found || found.until <= call.now) return fail(47003)
  return ok({
    long_data: found.data,
    create_time: Math.floor(found.at / 1000),
    expire_seconds: Math.floor((found.until - call.now) / 1000),
  })
}
