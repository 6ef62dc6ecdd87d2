import { wecomErrorRules } from '../../../rules/wecom/errors.js'
import { hex } from '../../ids.js'
import { type JsonRecord, list, number, parseRecord } from '../../json.js'
import type { Answer, Call } from '../../official-account/api/answer.js'
import type { Corp, Scene } from '../corp.js'

export type { Answer } from '../../official-account/api/answer.js'

/** A call of a corporation's API, its token already checked. */
export type CorpCall = Omit<Call, 'account'> & { corp: Corp; scene: Scene }

/** What the app must be allowed for it. */
export type Feature = 'contacts' | 'groups' | 'moments' | 'chats' | 'desk'

/** An API of WeCom: how it is called and what it does. */
export interface CorpEndpoint {
  method: 'GET' | 'POST'
  /** 48002 where the administrator has not listed the app. */
  feature?: Feature
  /** Takes no token: a robot's key. */
  open?: true
  run(call: CorpCall): Answer
}

/** `{"errcode":0,"errmsg":"ok"}` with further fields. */
export function corpOk(fields: JsonRecord = {}): Answer {
  return { errcode: 0, errmsg: 'ok', ...fields }
}

/** An error as WeCom words it: meaning, hint, address of the caller, a page about the code. */
export function corpFail(errcode: number, detail?: string, ip = '127.0.0.1'): JsonRecord {
  const meaning = wecomErrorRules.get(errcode)?.en ?? 'unknown error'
  const words = detail === undefined ? meaning : `${meaning}: ${detail}`
  const hint = BigInt(`0x${hex(7)}`)
  const page = `https://open.work.weixin.qq.com/devtool/query?e=${errcode}`
  return { errcode, errmsg: `${words}, hint: [${hint}], from ip: ${ip}, more info at ${page}` }
}

/** Thrown inside an endpoint: the call is answered with this error. */
export class Refusal extends Error {
  readonly errcode: number
  constructor(errcode: number, detail?: string) {
    super(detail ?? '')
    this.errcode = errcode
  }
}

/** The JSON body; 44004 for none, 47001 for what is no object. */
export function bodyOf(call: CorpCall): JsonRecord {
  if (call.body.length === 0) throw new Refusal(44004, 'the body is empty')
  const body = parseRecord(call.body.toString())
  if (!body) throw new Refusal(47001)
  return body
}

/** A text field that must be there; 40058 when it is of another type, 40063 when it is empty. */
export function needText(body: JsonRecord, name: string, code = 40063): string {
  const value = body[name]
  if (value !== undefined && typeof value !== 'string') throw new Refusal(40058, `${name} is no text`)
  if (value === undefined || value === '') throw new Refusal(code, `${name} is empty`)
  return value
}

/** A text field, empty when it is absent; 40058 for another type. */
export function textIn(body: JsonRecord, name: string): string {
  const value = body[name]
  if (value !== undefined && typeof value !== 'string') throw new Refusal(40058, `${name} is no text`)
  return value ?? ''
}

/** A list of texts, empty when it is absent; 40058 for anything else. */
export function textsIn(body: JsonRecord, name: string): string[] {
  const value = body[name]
  if (value === undefined) return []
  const items = list(body, name)
  if (!items?.every((item) => typeof item === 'string')) throw new Refusal(40058, `${name} is no list of texts`)
  return items as string[]
}

/** A list of whole numbers, empty when it is absent; 40058 for anything else. */
export function numbersIn(body: JsonRecord, name: string): number[] {
  const value = body[name]
  if (value === undefined) return []
  const items = list(body, name)
  if (!items?.every((item) => Number.isInteger(item))) throw new Refusal(40058, `${name} is no list of numbers`)
  return items as number[]
}

/** A whole number between two bounds, the standard when it is absent; 40058 for anything else. */
export function wholeIn(body: JsonRecord, name: string, standard: number, least: number, most: number): number {
  const value = body[name] === undefined ? standard : number(body, name)
  if (value === undefined || !Number.isInteger(value) || value < least || value > most) {
    throw new Refusal(40058, `${name} is not between ${least} and ${most}`)
  }
  return value
}

/** At most so many characters, or the code. */
export function shortText(body: JsonRecord, name: string, most: number, code = 40058): string {
  const value = textIn(body, name)
  if ([...value].length > most) throw new Refusal(code, `${name} is longer than ${most} characters`)
  return value
}

/** A page of a list by a cursor that is the place to go on from; 40058 for a cursor of somebody else. */
export function page<T>(
  all: readonly T[],
  body: JsonRecord,
  limit: number,
  /** What the list is about: a cursor is only good there. */
  about: string,
): { rows: T[]; next: string } {
  return pageOf(all, body, limit, about, () => true)
}

/** The same of the wanted items only. What is not wanted any more does not shift the places of the others. */
export function pageOf<T>(
  all: readonly T[],
  body: JsonRecord,
  limit: number,
  about: string,
  wanted: (item: T) => boolean,
): { rows: T[]; next: string } {
  const cursor = textIn(body, 'cursor')
  const rows: T[] = []
  for (let place = cursor === '' ? 0 : placeOf(cursor, about); place < all.length; place++) {
    const item = all[place] as T
    if (!wanted(item)) continue
    if (rows.length === limit) return { rows, next: Buffer.from(`${about}:${place}`).toString('base64url') }
    rows.push(item)
  }
  return { rows, next: '' }
}

function placeOf(cursor: string, about: string): number {
  const clear = Buffer.from(cursor, 'base64url').toString()
  const place = clear.startsWith(`${about}:`) ? Number(clear.slice(about.length + 1)) : Number.NaN
  if (!Number.isInteger(place) || place < 0) throw new Refusal(40058, 'cursor is wrong')
  return place
}

/** The userid that a body or a query names; noted for the log. */
export function subject(call: CorpCall, id: string): string {
  call.follower = id
  return id
}

/** Text of a query parameter; 40063 when it is empty. */
export function needQuery(call: CorpCall, name: string): string {
  const value = call.query.get(name)
  if (!value) throw new Refusal(40063, `${name} is empty`)
  return value
}
