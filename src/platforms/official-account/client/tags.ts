import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { atMost, filled, some } from './check.js'
import { type Fields, fieldsOf, idIn, idsOf, numberOf, rowsOf, textOf } from './read.js'
import { type FollowerPage, pageOf } from './users.js'

/** A tag (标签) of the account. */
export interface Tag {
  /** 0, 1 and 2 are the platform's own (blacklist, starred ...) and cannot be changed. */
  id: string
  name: string
  followers: number
}

/** Tags: 100 of an account, 20 of a follower. Rich profile tags stay in our own store. */
export interface Tags {
  /** The name is 1 to 30 bytes (10 Chinese characters); 45157 when there is one of that name. Gives the id. */
  create(name: string): Promise<string>
  list(): Promise<Tag[]>
  rename(id: string, name: string): Promise<void>
  /** Refused by the platform with 45057 above 100,000 followers. */
  remove(id: string): Promise<void>
  /** Up to 10,000 followers with the tag, after an openid. `total` is the size of the page. */
  members(id: string, after?: string): Promise<FollowerPage>
  /** At most 50 at once; 45059 when one of them has 20 tags already, 49003 for an openid of another account. */
  addMembers(id: string, openids: readonly string[]): Promise<void>
  /** At most 50 at once. */
  removeMembers(id: string, openids: readonly string[]): Promise<void>
  /** Ids of a follower's tags. */
  of(openid: string): Promise<string[]>
}

const PATH = '/cgi-bin/tags'
const RESERVED = 2

/** The group's methods on an API. */
export function tags(api: WeChatApi): Tags {
  return {
    create: async (name) => {
      checkName('create', name)
      return idIn(`${PATH}/create`, fieldsOf(fieldsOf(await api.createTags(name))['tag']), 'id')
    },
    list: async () => rowsOf(fieldsOf(await api.getTags())['tags']).map(tagOf),
    rename: async (id, name) => {
      checkName('update', name)
      await api.updateTag(ownId('update', id), name)
    },
    remove: async (id) => {
      await api.deleteTag(ownId('delete', id))
    },
    members: async (id, after) => {
      const answer = fieldsOf(await api.getUsersFromTag(numberId('members', id), after))
      const page = pageOf(answer)
      return { ...page, total: numberOf(answer, 'count') }
    },
    addMembers: async (id, openids) => {
      some(`${PATH}/members/batchtagging`, 'openids', openids.length, limits.tagBatch)
      await api.batchTagging(openids, ownId('members/batchtagging', id))
    },
    removeMembers: async (id, openids) => {
      some(`${PATH}/members/batchuntagging`, 'openids', openids.length, limits.tagBatch)
      await api.batchUnTagging(openids, ownId('members/batchuntagging', id))
    },
    of: async (openid) => idsOf(fieldsOf(await api.getIdList(openid))['tagid_list']),
  }
}

function checkName(action: string, name: string): void {
  filled(`${PATH}/${action}`, 'name', name)
  atMost(`${PATH}/${action}`, 'name', Buffer.byteLength(name), limits.tagNameBytes)
}

function numberId(action: string, id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw refusedBefore(`${PATH}/${action}`, 'id', 'is not a tag id', '不是标签 ID')
  return Number(id)
}

/** A tag of our own making; the platform refuses its own with 45058. */
function ownId(action: string, id: string): number {
  const number = numberId(action, id)
  if (number <= RESERVED) {
    throw refusedBefore(`${PATH}/${action}`, 'id', "0, 1 and 2 are the platform's own tags", '0、1、2 为系统保留标签')
  }
  return number
}

const tagOf = (fields: Fields): Tag => ({
  id: textOf(fields, 'id'),
  name: textOf(fields, 'name'),
  followers: numberOf(fields, 'count'),
})
