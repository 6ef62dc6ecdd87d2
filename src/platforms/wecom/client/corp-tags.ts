import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost, beyond, characters, filled } from './check.js'
import { dateOf, type Fields, fieldsOf, numberOf, rowsOf, textOf } from './read.js'

/** A tag of the corporation. */
export interface CorpTag {
  id: string
  name: string
  /** Larger comes first. */
  order: number
  createdAt: Date
  deleted: boolean
}

/** Tags in a group; a group without tags does not exist. */
export interface CorpTagGroup extends CorpTag {
  tags: CorpTag[]
}

/** The corporation's tags (企业标签). What we change by API makes no event. */
export interface CorpTags {
  /** All groups, or the groups of these ids, or the groups that hold these tags. */
  list(only?: { groups?: readonly string[]; tags?: readonly string[] }): Promise<CorpTagGroup[]>
  /** New tags in a group that is there (`id`) or new (`name`). `had`: how many tags the corporation has, checked when given. */
  add(
    group: { id: string } | { name: string; order?: number },
    tags: readonly { name: string; order?: number }[],
    had?: number,
  ): Promise<CorpTagGroup>
  /** A tag's or group's new name or place. */
  edit(id: string, change: { name?: string; order?: number }): Promise<void>
  /** Removes tags and groups from everybody; what is gone already counts as removed. */
  remove(ids: { tags?: readonly string[]; groups?: readonly string[] }): Promise<void>
  /** Puts tags on a pair of member and customer, and takes tags off. Rejects with `relation` when they are not connected. */
  mark(staff: string, customer: string, change: { add?: readonly string[]; remove?: readonly string[] }): Promise<void>
}

const ROOT = '/cgi-bin/externalcontact'
const ADD = `${ROOT}/add_corp_tag`
const EDIT = `${ROOT}/edit_corp_tag`
const REMOVE = `${ROOT}/del_corp_tag`
const MARK = `${ROOT}/mark_tag`
const NO_SUCH_TAG = 40068

/** The group's methods on an API. */
export function corpTags(api: WecomApi, agentId: number): CorpTags {
  return {
    list: async ({ groups = [], tags = [] } = {}) => {
      const json = { tag_id: tags, group_id: groups }
      const answer = await api.call(`${ROOT}/get_corp_tag_list`, { json, maxBytes: 8_388_608 })
      return rowsOf(answer['tag_group']).map(groupOf)
    },
    add: async (group, tags, had = 0) => {
      if (tags.length === 0) throw refusedBefore(ADD, 'tags', 'is empty', '不能为空')
      if (had + tags.length > limits.tags.value) throw beyond(ADD, 'tags', had + tags.length, limits.tags)
      if ('name' in group) checkName(ADD, 'group', group.name)
      const names = tags.map(({ name }) => name)
      for (const name of names) checkName(ADD, 'tags', name)
      if (new Set(names).size < names.length) throw refusedBefore(ADD, 'tags', 'a name comes twice', '标签名重复')
      const where =
        'id' in group
          ? { group_id: group.id }
          : { group_name: group.name, ...(group.order !== undefined && { order: group.order }) }
      const tag = tags.map(({ name, order }) => ({ name, ...(order !== undefined && { order }) }))
      const answer = await api.call(ADD, { json: { ...where, tag, agentid: agentId } })
      return groupOf(fieldsOf(answer['tag_group']))
    },
    edit: async (id, { name, order }) => {
      if (name !== undefined) checkName(EDIT, 'name', name)
      const change = { ...(name !== undefined && { name }), ...(order !== undefined && { order }) }
      await api.call(EDIT, { json: { id, ...change, agentid: agentId } })
    },
    remove: async ({ tags = [], groups = [] }) => {
      if (tags.length + groups.length === 0) throw refusedBefore(REMOVE, 'ids', 'is empty', '不能为空')
      await api.call(REMOVE, { json: { tag_id: tags, group_id: groups, agentid: agentId }, accept: [NO_SUCH_TAG] })
    },
    mark: async (staff, customer, { add = [], remove = [] }) => {
      if (add.length + remove.length === 0) throw refusedBefore(MARK, 'change', 'is empty', '不能为空')
      const json = { userid: staff, external_userid: customer, add_tag: add, remove_tag: remove }
      await api.call(MARK, { json })
    },
  }
}

function checkName(endpoint: string, field: string, name: string): void {
  filled(endpoint, field, name)
  atMost(endpoint, field, characters(name), limits.tagName)
}

const tagOf = (fields: Fields): CorpTag => ({
  id: textOf(fields, 'id'),
  name: textOf(fields, 'name'),
  order: numberOf(fields, 'order'),
  createdAt: dateOf(fields, 'create_time'),
  deleted: fields['deleted'] === true,
})

const groupOf = (fields: Fields): CorpTagGroup => ({
  id: textOf(fields, 'group_id'),
  name: textOf(fields, 'group_name'),
  order: numberOf(fields, 'order'),
  createdAt: dateOf(fields, 'create_time'),
  deleted: fields['deleted'] === true,
  tags: rowsOf(fields['tag']).map(tagOf),
})
