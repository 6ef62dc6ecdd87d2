import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { fileBody } from './body.js'
import { atMost, beyond, characters, filled, whole } from './check.js'
import type { MediaFile } from './media.js'
import { dateOf, type Fields, numberOf, optional, rowsOf, textOf } from './read.js'

/** A customer-service account of the Official Account. */
export interface StaffAccount {
  /** E.g. `amy@shop`. */
  account: string
  nickname: string
  id?: string
  picture?: string
  /** The WeChat id that is bound to it. */
  wechatId?: string
  /** An invitation that was sent and not accepted yet. */
  invitation?: { wechatId: string; status: string; expiresAt: Date }
}

/** A session between a staff account and a person. */
export interface StaffSession {
  openid: string
  openedAt: Date
}

/** One line of the chats between staff and people. */
export interface ChatRecord {
  openid: string
  from: 'staff' | 'person' | 'system'
  text: string
  at: Date
  account: string
}

/** Customer-service accounts (客服账号), their sessions and records. Today's staff sit in WeCom; see the desk. */
export interface Staff {
  list(): Promise<StaffAccount[]>
  /** Who is signed in, and how many people each serves. */
  online(): Promise<{ account: string; serving: number }[]>
  /** `account` is `name@wechatId`; the nickname up to 10 characters. 61453 when it exists. */
  add(account: string, nickname: string): Promise<void>
  rename(account: string, nickname: string): Promise<void>
  /** Asks a WeChat id to serve as this account; it must be accepted on the phone. */
  invite(account: string, wechatId: string): Promise<void>
  remove(account: string): Promise<void>
  /** JPG, 640 x 640 advised. */
  setPicture(account: string, picture: MediaFile): Promise<void>
  /** The person's messages go to this account, not to us, until it is closed or 30 min pass without one. */
  openSession(account: string, openid: string): Promise<void>
  closeSession(account: string, openid: string): Promise<void>
  /** Who serves this person; undefined when nobody does. */
  sessionOf(openid: string): Promise<{ account: string; openedAt: Date } | undefined>
  sessions(account: string): Promise<StaffSession[]>
  /** People who wait for somebody, at most 100. */
  waiting(): Promise<{ total: number; people: { openid: string; since: Date }[] }>
  /** Chat records of at most 24 h, up to 10,000 a page; `next` continues. */
  records(ask: {
    from: Date
    to: Date
    after?: string
    count?: number
  }): Promise<{ records: ChatRecord[]; next?: string }>
}

const ACCOUNT = '/customservice/kfaccount'
const SESSION = '/customservice/kfsession'
const RECORDS = '/customservice/msgrecord/getmsglist'
const STAFF_WROTE = 2002
const PERSON_WROTE = 2003
const HOUR_MS = 3_600_000

/** The group's methods on an API. */
export function staff(api: WeChatApi): Staff {
  const post = async (path: string, json: object) => {
    await api.call(path, { json })
  }
  const checkName = (path: string, account: string, nickname: string) => {
    checkAccount(path, account)
    filled(path, 'nickname', nickname)
    atMost(path, 'nickname', characters(nickname), limits.staffNickname)
  }
  return {
    list: async () => rowsOf((await api.call('/cgi-bin/customservice/getkflist'))['kf_list']).map(accountOf),
    online: async () =>
      rowsOf((await api.call('/cgi-bin/customservice/getonlinekflist'))['kf_online_list']).map((row) => ({
        account: textOf(row, 'kf_account'),
        serving: numberOf(row, 'accepted_case'),
      })),
    add: async (account, nickname) => {
      checkName(`${ACCOUNT}/add`, account, nickname)
      await post(`${ACCOUNT}/add`, { kf_account: account, nickname })
    },
    rename: async (account, nickname) => {
      checkName(`${ACCOUNT}/update`, account, nickname)
      await post(`${ACCOUNT}/update`, { kf_account: account, nickname })
    },
    invite: async (account, wechatId) => {
      checkAccount(`${ACCOUNT}/inviteworker`, account)
      filled(`${ACCOUNT}/inviteworker`, 'wechatId', wechatId)
      await post(`${ACCOUNT}/inviteworker`, { kf_account: account, invite_wx: wechatId })
    },
    remove: async (account) => {
      checkAccount(`${ACCOUNT}/del`, account)
      await api.call(`${ACCOUNT}/del`, { query: { kf_account: account } })
    },
    setPicture: async (account, picture) => {
      const path = `${ACCOUNT}/uploadheadimg`
      checkAccount(path, account)
      if (picture.bytes.length === 0) throw refusedBefore(path, 'picture', 'the file is empty', '文件为空')
      atMost(path, 'picture', picture.bytes.length, limits.staffPictureBytes)
      await api.call(path, { query: { kf_account: account }, body: fileBody(picture), deadlineMs: 60_000 })
    },
    openSession: (account, openid) => post(`${SESSION}/create`, { kf_account: account, openid }),
    closeSession: (account, openid) => post(`${SESSION}/close`, { kf_account: account, openid }),
    sessionOf: async (openid) => {
      const answer = await api.call(`${SESSION}/getsession`, { query: { openid } })
      const account = textOf(answer, 'kf_account')
      return account === '' ? undefined : { account, openedAt: dateOf(answer, 'createtime') }
    },
    sessions: async (account) =>
      rowsOf((await api.call(`${SESSION}/getsessionlist`, { query: { kf_account: account } }))['sessionlist']).map(
        (row) => ({ openid: textOf(row, 'openid'), openedAt: dateOf(row, 'createtime') }),
      ),
    waiting: async () => {
      const answer = await api.call(`${SESSION}/getwaitcase`)
      const people = rowsOf(answer['waitcaselist']).map((row) => ({
        openid: textOf(row, 'openid'),
        since: dateOf(row, 'latest_time'),
      }))
      return { total: numberOf(answer, 'count'), people }
    },
    records: async ({ from, to, after = '1', count = limits.staffRecords.value }) => {
      whole(RECORDS, 'count', count, 1, limits.staffRecords)
      const hours = (to.getTime() - from.getTime()) / HOUR_MS
      if (!(hours > 0)) throw refusedBefore(RECORDS, 'to', 'must be after from', '结束时间须晚于开始时间')
      if (hours > limits.staffRecordHours.value) throw beyond(RECORDS, 'to', hours, limits.staffRecordHours)
      const json = { starttime: secondsOf(from), endtime: secondsOf(to), msgid: Number(after), number: count }
      const answer = await api.call(RECORDS, { json, maxBytes: 16_777_216 })
      const records = rowsOf(answer['recordlist']).map(recordOf)
      const next = textOf(answer, 'msgid')
      return { records, ...(records.length === count && next !== '' && { next }) }
    },
  }
}

const secondsOf = (at: Date) => Math.floor(at.getTime() / 1000)

function checkAccount(path: string, account: string): void {
  if (/^[A-Za-z0-9_-]+@[A-Za-z0-9_-]+$/.test(account)) return
  throw refusedBefore(path, 'account', 'must be name@wechatId in letters and digits', '格式须为 前缀@公众号微信号')
}

function accountOf(fields: Fields): StaffAccount {
  const invited = textOf(fields, 'invite_wx')
  return {
    account: textOf(fields, 'kf_account'),
    nickname: textOf(fields, 'kf_nick'),
    ...optional('id', textOf(fields, 'kf_id')),
    ...optional('picture', fields['kf_headimgurl']),
    ...optional('wechatId', fields['kf_wx']),
    ...(invited !== '' && {
      invitation: {
        wechatId: invited,
        status: textOf(fields, 'invite_status'),
        expiresAt: dateOf(fields, 'invite_expire_time'),
      },
    }),
  }
}

function recordOf(fields: Fields): ChatRecord {
  const code = numberOf(fields, 'opercode')
  return {
    openid: textOf(fields, 'openid'),
    from: code === STAFF_WROTE ? 'staff' : code === PERSON_WROTE ? 'person' : 'system',
    text: textOf(fields, 'text'),
    at: dateOf(fields, 'time'),
    account: textOf(fields, 'worker'),
  }
}
