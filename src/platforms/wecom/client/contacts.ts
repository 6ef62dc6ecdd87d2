import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, characters, filled, some, whole } from './check.js'
import { dateOf, type Fields, fieldsOf, idsOf, numberOf, optional, type Page, pageOf, rowsOf, textOf } from './read.js'

/** A person from outside, as the corporation knows them. */
export interface Customer {
  /** `wm...` a WeChat user, `wo...` a WeCom user; one per corporation. */
  id: string
  name: string
  kind: 'wechat' | 'wecom'
  avatar?: string
  gender?: 'male' | 'female'
  /** Only of WeChat users, once the WeChat developer id is bound. */
  unionid?: string
  /** Of WeCom users. */
  position?: string
  corporation?: string
}

/** A customer and one member: remark, tags, channel and way of adding belong to the pair. */
export interface Relation {
  staff: string
  remark: string
  description: string
  addedAt: Date
  /** The corporation's tags; members' own tags have no id and are left out. */
  tagIds: string[]
  mobiles: string[]
  /** Of the contact way by which they came. */
  state?: string
  /** `add_way` of the platform: 1 QR, 4 group chat, 16 acquisition link, 202 allotted ... newer numbers exist. */
  way: number
}

/** A customer with one of the members who know them. */
export interface CustomerOf {
  customer: Customer
  relation: Relation
}

/** What may be written about a pair; at least one field. */
export interface RemarkChange {
  /** At most 20 characters. */
  remark?: string
  /** At most 150 characters. */
  description?: string
  /** At most 20 characters; only of WeChat users. */
  company?: string
  /** At most 5, in place of all before; empty removes them. */
  mobiles?: readonly string[]
  pictureMediaId?: string
}

/** Customers (外部联系人). Members outside the app's visible range are silently missing. */
export interface Contacts {
  /** The members who may have customers. */
  followUsers(): Promise<string[]>
  /** The ids of one member's customers; none when the member has none. */
  list(staff: string): Promise<string[]>
  /** Customers of up to 100 members, 100 a page: for the nightly read of everything. */
  batch(staff: readonly string[], options?: { cursor?: string; count?: number }): Promise<Page<CustomerOf>>
  /** One customer with everybody who knows them, 500 members a page. Undefined when it is none of ours (40096, 84061). */
  get(
    customer: string,
    cursor?: string,
  ): Promise<{ customer: Customer; relations: Relation[]; next?: string } | undefined>
  /** Throws `relation` (84061) when the two are not connected. Makes no event. */
  remark(staff: string, customer: string, change: RemarkChange): Promise<void>
  /** The openid for payments; only of WeChat users. */
  openid(customer: string): Promise<string>
}

const ROOT = '/cgi-bin/externalcontact'
const BATCH = `${ROOT}/batch/get_by_user`
const REMARK = `${ROOT}/remark`
const NO_RELATION = 84061
const NOT_OURS = 40096

/** The group's methods on an API. */
export function contacts(api: WecomApi): Contacts {
  return {
    followUsers: async () => idsOf((await api.call(`${ROOT}/get_follow_user_list`, LARGE))['follow_user']),
    list: async (staff) =>
      idsOf(
        (await api.call(`${ROOT}/list`, { query: { userid: staff }, accept: [NO_RELATION], ...LARGE }))[
          'external_userid'
        ],
      ),
    batch: async (staff, { cursor = '', count = limits.batchPage.value } = {}) => {
      some(BATCH, 'staff', staff.length, limits.batchStaff)
      whole(BATCH, 'count', count, 1, limits.batchPage)
      const json = { userid_list: staff, cursor, limit: count }
      const answer = await api.call(BATCH, { json, ...LARGE })
      const rows = rowsOf(answer['external_contact_list']).map((row) => ({
        customer: customerOf(fieldsOf(row['external_contact'])),
        relation: relationOf(fieldsOf(row['follow_info'])),
      }))
      return pageOf(rows, answer)
    },
    get: async (customer, cursor) => {
      const query = { external_userid: customer, ...(cursor !== undefined && { cursor }) }
      const answer = await api.call(`${ROOT}/get`, { query, accept: [NOT_OURS, NO_RELATION], ...LARGE })
      if (answer['external_contact'] === undefined) return undefined
      const { items, next } = pageOf(rowsOf(answer['follow_user']).map(relationOf), answer)
      const found = customerOf(fieldsOf(answer['external_contact']))
      return { customer: found, relations: items, ...(next !== undefined && { next }) }
    },
    remark: async (staff, customer, change) => {
      await api.call(REMARK, { json: { userid: staff, external_userid: customer, ...wireRemark(change) } })
    },
    openid: async (customer) =>
      textOf(await api.call(`${ROOT}/convert_to_openid`, { json: { external_userid: customer } }), 'openid'),
  }
}

/** Ten thousand customers of one member come without pages. */
const LARGE = { maxBytes: 8_388_608 }

function wireRemark({ remark, description, company, mobiles, pictureMediaId }: RemarkChange): object {
  if ([remark, description, company, mobiles, pictureMediaId].every((one) => one === undefined)) {
    throw refusedBefore(REMARK, 'change', 'nothing is changed', '未指定任何修改项')
  }
  atMost(REMARK, 'remark', characters(remark ?? ''), limits.remark)
  atMost(REMARK, 'description', characters(description ?? ''), limits.remarkDescription)
  atMost(REMARK, 'company', characters(company ?? ''), limits.remark)
  atMost(REMARK, 'mobiles', mobiles?.length ?? 0, limits.remarkMobiles)
  for (const mobile of mobiles ?? []) filled(REMARK, 'mobiles', mobile)
  return {
    ...(remark !== undefined && { remark }),
    ...(description !== undefined && { description }),
    ...(company !== undefined && { remark_company: company }),
    ...(mobiles !== undefined && { remark_mobiles: mobiles.length === 0 ? [''] : mobiles }),
    ...(pictureMediaId !== undefined && { remark_pic_mediaid: pictureMediaId }),
  }
}

const WECOM_USER = 2
const GENDERS: Record<number, { gender: 'male' | 'female' }> = { 1: { gender: 'male' }, 2: { gender: 'female' } }
const CORP_TAG = 1
const RULE_TAG = 3

function customerOf(fields: Fields): Customer {
  return {
    id: textOf(fields, 'external_userid'),
    name: textOf(fields, 'name'),
    kind: numberOf(fields, 'type') === WECOM_USER ? 'wecom' : 'wechat',
    ...optional('avatar', fields['avatar']),
    ...GENDERS[numberOf(fields, 'gender')],
    ...optional('unionid', fields['unionid']),
    ...optional('position', fields['position']),
    ...optional('corporation', fields['corp_name']),
  }
}

function relationOf(fields: Fields): Relation {
  const tags = rowsOf(fields['tags']).filter((tag) => [CORP_TAG, RULE_TAG].includes(numberOf(tag, 'type')))
  return {
    staff: textOf(fields, 'userid'),
    remark: textOf(fields, 'remark'),
    description: textOf(fields, 'description'),
    addedAt: dateOf(fields, 'createtime'),
    tagIds: [...idsOf(fields['tag_id']), ...tags.map((tag) => textOf(tag, 'tag_id'))].filter((id) => id !== ''),
    mobiles: idsOf(fields['remark_mobiles']).filter((mobile) => mobile !== ''),
    ...optional('state', fields['state']),
    way: numberOf(fields, 'add_way'),
  }
}
