import type { CustomerGroup, GroupMember } from './groups.js'
import { dateOf, type Fields, fieldsOf, numberOf, optional, rowsOf, textOf } from './read.js'

const STAFF = 1
const WAYS: Record<number, GroupMember['way']> = { 1: 'invited', 2: 'link', 3: 'code' }

/** A group as the platform tells it. */
export function groupOf(fields: Fields): CustomerGroup {
  return {
    id: textOf(fields, 'chat_id'),
    name: textOf(fields, 'name'),
    owner: textOf(fields, 'owner'),
    createdAt: dateOf(fields, 'create_time'),
    notice: textOf(fields, 'notice'),
    admins: rowsOf(fields['admin_list']).map((row) => textOf(row, 'userid')),
    members: rowsOf(fields['member_list']).map(memberOf),
    ...version(textOf(fields, 'member_version')),
  }
}

const version = (text: string) => (text === '' ? {} : { version: text })

function memberOf(row: Fields): GroupMember {
  return {
    id: textOf(row, 'userid'),
    kind: numberOf(row, 'type') === STAFF ? 'staff' : 'customer',
    ...optional('unionid', row['unionid']),
    joinedAt: dateOf(row, 'join_time'),
    way: WAYS[numberOf(row, 'join_scene')] ?? 'unknown',
    ...optional('state', row['state']),
    ...optional('invitedBy', fieldsOf(row['invitor'])['userid']),
    nickname: textOf(row, 'group_nickname'),
    name: textOf(row, 'name'),
  }
}
