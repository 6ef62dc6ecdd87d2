import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { asRecord, type JsonRecord, list, number } from '../../json.js'
import type { Corp } from '../corp.js'
import { tellCustomer, tellState } from '../notices.js'
import type { Tag, TagGroup } from '../state.js'
import { addTags, dropTag, editTag } from '../tags.js'
import { tagNamed } from '../views.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  Refusal,
  textIn,
  textsIn,
} from './answer.js'
import { pairIn } from './contacts.js'

const ROOT = '/cgi-bin/externalcontact'
const feature = 'contacts'
const NAME_TAKEN = 40071

/** The corporation's tags. */
export const tagEndpoints: Record<string, CorpEndpoint> = {
  [`${ROOT}/get_corp_tag_list`]: { method: 'POST', feature, run: listTags },
  [`${ROOT}/add_corp_tag`]: { method: 'POST', feature, run: add },
  [`${ROOT}/edit_corp_tag`]: { method: 'POST', feature, run: edit },
  [`${ROOT}/del_corp_tag`]: { method: 'POST', feature, run: remove },
  [`${ROOT}/mark_tag`]: { method: 'POST', feature, run: mark },
}

function listTags(call: CorpCall): Answer {
  const body = bodyOf(call)
  const [groups, tags] = [textsIn(body, 'group_id'), textsIn(body, 'tag_id')]
  const all = [...call.corp.tagGroups.values()]
  const rows =
    groups.length > 0
      ? all.filter((group) => groups.includes(group.id)).map((group) => groupRow(group))
      : all.map((group) => groupRow(group, tags)).filter((row) => tags.length === 0 || list(row, 'tag')?.length)
  return corpOk({ tag_group: rows })
}

function groupRow(group: TagGroup, only: readonly string[] = []): JsonRecord {
  const tags = [...group.tags.values()].filter((tag) => only.length === 0 || only.includes(tag.id))
  return {
    group_id: group.id,
    group_name: group.name,
    create_time: seconds(group.createdAt),
    order: group.order,
    deleted: false,
    tag: tags.sort((a, b) => b.order - a.order).map(tagRow),
  }
}

const tagRow = ({ id, name, order, createdAt }: Tag): JsonRecord => ({
  id,
  name,
  create_time: seconds(createdAt),
  order,
  deleted: false,
})

function add(call: CorpCall): Answer {
  const { corp } = call
  const body = bodyOf(call)
  const given = list(body, 'tag')?.map(asRecord)
  if (!given || given.length === 0) throw new Refusal(40063, 'tag')
  const tags = given.map((item) => {
    const name = needText(item ?? {}, 'name')
    if ([...name].length > limits.tagName.value) throw new Refusal(40058, 'tag.name')
    return { name, order: number(item, 'order') ?? 0 }
  })
  if (countTags(corp) + tags.length > limits.tags.value) throw new Refusal(45009, 'tags of the corporation')
  const groupId = textIn(body, 'group_id')
  const group = groupId === '' ? undefined : corp.tagGroups.get(groupId)
  if (groupId !== '' && !group) throw new Refusal(40068, groupId)
  const name = group ? group.name : needText(body, 'group_name')
  if ([...name].length > limits.tagName.value) throw new Refusal(40058, 'group_name')
  const made = addTags(call.scene, { name, order: number(body, 'order') ?? 0 }, tags)
  if (!made) throw new Refusal(NAME_TAKEN, 'a tag of this name is in the group')
  tellState(call.scene)
  return corpOk({
    tag_group: groupRow(
      made.group,
      made.tags.map((tag) => tag.id),
    ),
  })
}

function countTags(corp: Corp): number {
  let count = 0
  for (const group of corp.tagGroups.values()) count += group.tags.size
  return count
}

function edit(call: CorpCall): Answer {
  const body = bodyOf(call)
  const name = body['name'] === undefined ? undefined : needText(body, 'name')
  const order = number(body, 'order')
  if (name !== undefined && [...name].length > limits.tagName.value) throw new Refusal(40058, 'name')
  const end = editTag(call.corp, needText(body, 'id'), {
    ...(name !== undefined && { name }),
    ...(order !== undefined && { order }),
  })
  if (end === 'unknown') throw new Refusal(40068)
  if (end === 'taken') throw new Refusal(NAME_TAKEN, 'another has this name')
  tellState(call.scene)
  return corpOk()
}

function remove(call: CorpCall): Answer {
  const body = bodyOf(call)
  const ids = [...textsIn(body, 'tag_id'), ...textsIn(body, 'group_id')]
  if (ids.length === 0) throw new Refusal(40063, 'tag_id and group_id')
  const known = ids.filter((id) => dropTag(call.corp, id))
  if (known.length === 0) throw new Refusal(40068)
  tellState(call.scene)
  return corpOk()
}

function mark(call: CorpCall): Answer {
  const body = bodyOf(call)
  const [adds, removes] = [textsIn(body, 'add_tag'), textsIn(body, 'remove_tag')]
  if (adds.length + removes.length === 0) throw new Refusal(40063, 'add_tag and remove_tag')
  const { customer, relation } = pairIn(call, body)
  const unknown = adds.find((id) => !tagNamed(call.corp, id))
  if (unknown !== undefined) throw new Refusal(40068, unknown)
  relation.tags = [...new Set([...relation.tags, ...adds])].filter((id) => !removes.includes(id))
  tellCustomer(call.scene, customer)
  return corpOk()
}
