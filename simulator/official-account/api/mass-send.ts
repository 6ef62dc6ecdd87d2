import { limits } from '../../../rules/official-account/limits.js'
import { shanghaiDay, shanghaiMonth } from '../../clock.js'
import { type Follower, show } from '../follower.js'
import { type Fate, fateOf, pushReceipt } from '../receipts.js'
import { type MassRecord, nextNumber, recordsOf } from '../records.js'
import type { Call } from './answer.js'
import { articleUrl, publishArticles } from './articles.js'
import type { MassContent } from './mass-content.js'

/** Who is to get a mass message. */
export interface Audience {
  people: Follower[]
  /** How many were asked for, strangers included. */
  asked: number
  all: boolean
}

/**
 * Sends to everybody who has a message of the month left (服务号), then reports. A follower who is blocked, switched
 * messages off or has none left is filtered out, as the platform does.
 */
export function carryOut(
  call: Call,
  content: MassContent,
  audience: Audience,
): { record: MassRecord; done: Promise<void> } {
  const { account, now } = call
  const records = recordsOf(account)
  const made = content.draft && publishArticles(account, content.draft.articles, true, now)
  if (content.draft) records.drafts.delete(content.draft.mediaId)
  const record: MassRecord = {
    msgId: nextNumber(records) - 1_247_000_000,
    msgDataId: made?.msgDataId ?? 0,
    status: 'SENDING',
    ...(made && { articleId: made.articleId }),
  }
  records.mass.set(record.msgId, record)
  const fate = fateOf(call.platform, account, 'mass')
  const failure = records.nextMass ?? fate.failure
  records.nextMass = undefined
  const day = shanghaiDay(now)
  if (failure === undefined) {
    records.sentOn.add(day)
    if (audience.all) records.sentToAll.add(day)
  }
  const taken = failure === undefined ? receivers(call, audience.people) : []
  return { record, done: finish(call, content, record, { audience, taken, failure, fate }) }
}

function receivers(call: Call, people: Follower[]): Follower[] {
  const { account, now } = call
  const { received } = recordsOf(account)
  const month = shanghaiMonth(now)
  const most = account.options.kind === 'service' ? limits.massPerFollowerMonth.value : Number.POSITIVE_INFINITY
  return people.filter((follower) => {
    if (!follower.following || follower.blocked || follower.refuses) return false
    const key = `${month} ${follower.openid}`
    const count = received.get(key) ?? 0
    if (count >= most) return false
    received.set(key, count + 1)
    return true
  })
}

async function finish(
  call: Call,
  content: MassContent,
  record: MassRecord,
  how: { audience: Audience; taken: Follower[]; failure: string | undefined; fate: Fate },
): Promise<void> {
  const { platform, account } = call
  const url = (place: number) => (record.articleId === undefined ? '' : articleUrl(call, record.articleId, place))
  const bubbles = content.shown(platform.baseUrl, url)
  for (const follower of how.taken) {
    for (const shown of bubbles) {
      show(platform.bus, account.options.id, follower, {
        at: platform.clock.now(),
        from: 'account',
        via: 'mass',
        content: shown,
      })
    }
  }
  const items = (content.draft?.articles ?? []).map((_, index) => ({
    ArticleIdx: index + 1,
    ArticleUrl: url(index + 1),
  }))
  const fields = () => {
    record.status = how.failure === undefined ? 'SEND_SUCCESS' : 'SEND_FAIL'
    return {
      MsgID: record.msgId,
      Status: how.failure ?? 'send success',
      TotalCount: how.audience.asked,
      FilterCount: how.taken.length,
      SentCount: how.taken.length,
      ErrorCount: 0,
      ArticleUrlResult: { Count: items.length, ResultList: items.length > 0 ? { item: items } : '' },
    }
  }
  await pushReceipt(platform, { account }, how.fate, { name: 'MASSSENDJOBFINISH', fields })
}
