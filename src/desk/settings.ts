import type { Calendar } from './hours.js'

/** A staff member of `content/desk.yaml`. */
export interface StaffSettings {
  userid: string
  name: string
  skills: readonly string[]
  shifts: readonly string[]
  capacity: number
  /** Is alerted when others do not answer. */
  supervisor: boolean
}

/** How the desk works; durations in ms. */
export interface DeskSettings {
  /** The WeCom account whose staff it is. */
  corp: string | undefined
  calendar: Calendar
  staff: readonly StaffSettings[]
  skills: readonly { name: string; tags: readonly string[]; words: readonly string[] }[]
  routing: {
    /** `offer`: several are asked, the first who takes it has it; `assign`: it is given to one. */
    mode: 'offer' | 'assign'
    order: 'idle' | 'round-robin'
    offerTo: number
    offerFor: number
    /** The one who served the person last is asked first. */
    keepLast: boolean
  }
  times: Times
  texts: Texts
}

/** After how long what happens, in ms. */
export interface Times {
  /** Staff are reminded that they owe an answer. */
  alertAfter: number
  /** A conversation is taken from staff who do not answer. */
  reassignAfter: number
  /** Supervisors are told of a person who waits. */
  queueAlertAfter: number
  /** A person who stays silent after an answer is let go. */
  closeAfter: number
  /** A conversation with the bot is over. */
  botCloseAfter: number
  /** A vote is taken; 0 asks for none. */
  voteFor: number
  /** Working time in which a ticket is answered. */
  ticketWithin: number
}

/** What the desk says to people. */
export interface Texts {
  /** `{place}` is 1 for who is next. */
  queued: string
  stillQueued: string
  /** Empty says nothing. */
  taken: string
  already: string
  /** Out of hours; `{opens}` and `{deadline}`. */
  ticket: string
  /** The question was noted; `{number}` and `{deadline}`. */
  ticketNoted: string
  /** Nobody works in the next 60 days. */
  nobody: string
  backToBot: string
  closed: string
  vote: string
  voteChoices: readonly [string, string, string]
  thanks: string
  voteLate: string
}

/** What the desk says where an operator wrote nothing else. */
export const TEXTS: Texts = {
  queued: '正在为您转接人工客服，您排在第 {place} 位，请稍候。回复“转机器人”可取消排队。',
  stillQueued: '让您久等了，您现在排在第 {place} 位，客服会尽快接待您。',
  taken: '您好，客服 {staff} 为您服务。',
  already: '客服正在为您服务，请直接留言。',
  ticket: '现在是休息时间，客服 {opens} 上班。请直接发送您的问题（可附上手机号），我们会在 {deadline} 前回复您。',
  ticketNoted: '已为您登记，编号 {number}，我们会在 {deadline} 前回复您。',
  nobody: '人工客服暂时不在线，请直接发送您的问题（可附上手机号），我们会尽快回复您。',
  backToBot: '已转回机器人，需要人工客服时请回复“人工”。',
  closed: '本次服务已结束，感谢您的咨询。',
  vote: '请为本次服务打分：',
  voteChoices: ['满意', '一般', '不满意'],
  thanks: '感谢您的评价！',
  voteLate: '评价已截止，感谢您的支持。',
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The times where an operator wrote nothing else. */
export const TIMES: Times = {
  alertAfter: 2 * MINUTE,
  reassignAfter: 5 * MINUTE,
  queueAlertAfter: 3 * MINUTE,
  closeAfter: 30 * MINUTE,
  botCloseAfter: 24 * HOUR,
  voteFor: 24 * HOUR,
  ticketWithin: 2 * HOUR,
}

/** Every variable in braces that has a value, filled in; others stay as they are. */
export function fillText(text: string, values: Readonly<Record<string, string | number | undefined>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => {
    const value = values[name]
    return value === undefined ? all : String(value)
  })
}
