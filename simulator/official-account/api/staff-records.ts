import { limits } from '../../../rules/official-account/limits.js'
import { seconds } from '../../clock.js'
import type { Content } from '../../content.js'
import { type JsonRecord, number } from '../../json.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, fail } from './answer.js'

const STAFF_WROTE = 2002
const PERSON_WROTE = 2003
const HOUR_S = 3600

/** What staff and people wrote to each other while a session was open. */
export function chatRecords(call: Call, body: JsonRecord): Answer {
  const start = number(body, 'starttime') ?? 0
  const end = number(body, 'endtime') ?? 0
  const count = number(body, 'number') ?? 0
  const after = number(body, 'msgid') ?? 1
  if (!(end > start) || end - start > limits.staffRecordHours.value * HOUR_S) return fail(61451)
  if (count < 1 || count > limits.staffRecords.value || after < 1) return fail(61451)
  const found = all(call).filter(({ time }) => time >= start && time < end)
  const recordlist = found.slice(after - 1, after - 1 + count)
  return { recordlist, number: recordlist.length, msgid: after + recordlist.length }
}

function all(call: Call) {
  const { sessions } = recordsOf(call.account)
  const rows = sessions.flatMap((session) => {
    const follower = call.account.followers.get(session.openid)
    const entries = follower?.thread.list() ?? []
    return entries
      .filter(({ at }) => at >= session.from && at <= (session.to ?? Number.POSITIVE_INFINITY))
      .filter(({ via }) => via === 'staff' || via === 'follower')
      .map(({ at, via, content }) => ({
        openid: session.openid,
        opercode: via === 'staff' ? STAFF_WROTE : PERSON_WROTE,
        text: wordsOf(content),
        time: seconds(at),
        worker: session.account,
      }))
  })
  return rows.sort((a, b) => a.time - b.time)
}

const wordsOf = (content: Content): string => (content.kind === 'text' ? content.text : `[${content.kind}]`)
