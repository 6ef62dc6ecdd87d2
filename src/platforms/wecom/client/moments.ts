import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, bytesAtMost, filled, isLink, whole, within } from './check.js'
import { jobOf, type MomentJob, type MomentRecord, momentRecordOf } from './moment-rows.js'
import { idIn, numberOf, type Page, pageOf, rowsOf, secondsOf, textOf } from './read.js'

export type { MomentJob, MomentRecord } from './moment-rows.js'

/** What a moment shows besides its text: up to 9 pictures, or one video, or one link. Ids only of `media.uploadForMoments`. */
export type MomentContent =
  | { type: 'images'; mediaIds: readonly string[] }
  | { type: 'video'; mediaId: string }
  /** Title at most 64 bytes. */
  | { type: 'link'; title: string; url: string; coverMediaId: string }

/** A moment (客户朋友圈) for members to publish. */
export interface MomentTask {
  text?: string
  content?: MomentContent
  /** Who is asked to publish it; without, everybody visible. */
  staff?: readonly string[]
  departments?: readonly number[]
  /** Only customers with one of these tags see it. */
  tags?: readonly string[]
}

/** Moments tasks. Members confirm each before it is published; at most 10 a minute and 100,000 a month. */
export interface Moments {
  /** Begins to make the task and gives a job's id, good for 24 h; `job` tells how it went. */
  create(task: MomentTask): Promise<string>
  job(id: string): Promise<MomentJob>
  /** Moments of a time, at most 30 days. */
  records(query: {
    from: Date
    upTo: Date
    creator?: string
    cursor?: string
    count?: number
  }): Promise<Page<MomentRecord>>
  /** Which members have published it. */
  members(id: string, cursor?: string): Promise<Page<{ staff: string; published: boolean }>>
  /** Customers of a member who may see it. */
  audience(id: string, staff: string, cursor?: string): Promise<Page<string>>
  /** Customers of a member to whom it was delivered. */
  delivered(id: string, staff: string, cursor?: string): Promise<Page<string>>
  /** Likes and comments of a member's moment. */
  reactions(id: string, staff: string): Promise<{ likes: number; comments: number }>
  /** Stops members who have not published it from doing so. */
  cancel(id: string): Promise<void>
}

const ROOT = '/cgi-bin/externalcontact'
const CREATE = `${ROOT}/add_moment_task`
const JOB = `${ROOT}/get_moment_task_result`
const RECORDS = `${ROOT}/get_moment_list`
const PUBLISHED = 1

/** The group's methods on an API. */
export function moments(api: WecomApi): Moments {
  const page = async (path: string, key: string, json: object, cursor = ''): Promise<Page<string>> => {
    const answer = await api.call(`${ROOT}/${path}`, { json: { ...json, cursor } })
    return pageOf(
      rowsOf(answer[key]).map((row) => textOf(row, 'external_userid')),
      answer,
    )
  }
  return {
    create: async (task) => idIn(CREATE, await api.call(CREATE, { json: wireTask(task), repeat: 1 }), 'jobid'),
    job: async (id) => jobOf(JOB, await api.call(JOB, { query: { jobid: id } })),
    records: async ({ from, upTo, creator, cursor = '', count = limits.momentPage.value }) => {
      whole(RECORDS, 'count', count, 1, limits.momentPage)
      within(RECORDS, from, upTo, limits.momentWindowDays)
      const json = {
        start_time: secondsOf(from),
        end_time: secondsOf(upTo),
        ...(creator !== undefined && { creator }),
        cursor,
        limit: count,
      }
      const answer = await api.call(RECORDS, { json })
      return pageOf(rowsOf(answer['moment_list']).map(momentRecordOf), answer)
    },
    members: async (id, cursor = '') => {
      const answer = await api.call(`${ROOT}/get_moment_task`, { json: { moment_id: id, cursor } })
      const rows = rowsOf(answer['task_list']).map((row) => ({
        staff: textOf(row, 'userid'),
        published: numberOf(row, 'publish_status') === PUBLISHED,
      }))
      return pageOf(rows, answer)
    },
    audience: (id, staff, cursor) =>
      page('get_moment_customer_list', 'customer_list', { moment_id: id, userid: staff }, cursor),
    delivered: (id, staff, cursor) =>
      page('get_moment_send_result', 'customer_list', { moment_id: id, userid: staff }, cursor),
    reactions: async (id, staff) => {
      const answer = await api.call(`${ROOT}/get_moment_comments`, { json: { moment_id: id, userid: staff } })
      return { likes: rowsOf(answer['like_list']).length, comments: rowsOf(answer['comment_list']).length }
    },
    cancel: async (id) => {
      await api.call(`${ROOT}/cancel_moment_task`, { json: { moment_id: id } })
    },
  }
}

function wireTask({ text = '', content, staff = [], departments = [], tags = [] }: MomentTask): object {
  if (text.trim() === '' && !content) {
    throw refusedBefore(CREATE, 'text', 'a text, pictures, a video or a link is needed', '文字与附件不能同时为空')
  }
  const senders = {
    ...(staff.length > 0 && { user_list: staff }),
    ...(departments.length > 0 && { department_list: departments }),
  }
  const range = {
    ...(Object.keys(senders).length > 0 && { sender_list: senders }),
    ...(tags.length > 0 && { external_contact_list: { tag_list: tags } }),
  }
  return {
    ...(text !== '' && { text: { content: text } }),
    ...(content && { attachments: wireContent(content) }),
    ...(Object.keys(range).length > 0 && { visible_range: range }),
  }
}

function wireContent(content: MomentContent): object[] {
  switch (content.type) {
    case 'images':
      if (content.mediaIds.length === 0) throw refusedBefore(CREATE, 'content', 'is empty', '不能为空')
      atMost(CREATE, 'content', content.mediaIds.length, limits.momentImages)
      return content.mediaIds.map((media_id) => ({ msgtype: 'image', image: { media_id } }))
    case 'video':
      filled(CREATE, 'content.mediaId', content.mediaId)
      return [{ msgtype: 'video', video: { media_id: content.mediaId } }]
    default:
      bytesAtMost(CREATE, 'content.title', content.title, limits.momentLinkTitleBytes)
      isLink(CREATE, 'content.url', content.url)
      filled(CREATE, 'content.coverMediaId', content.coverMediaId)
      return [{ msgtype: 'link', link: { title: content.title, url: content.url, media_id: content.coverMediaId } }]
  }
}
