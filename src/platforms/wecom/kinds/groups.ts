import type { GroupChanged } from '../../../core/corp-update.js'
import type { Update } from '../../../core/update.js'
import { countOf, type Fields, fieldsOf, numberOf, textOf } from '../../shared/fields.js'
import type { Header } from '../../shared/header.js'
import { textsOf } from '../texts.js'

const DETAILS: ReadonlyMap<string, GroupChanged['change']> = new Map([
  ['add_member', 'joined'],
  ['del_member', 'left'],
  ['change_owner', 'owner'],
  ['change_name', 'name'],
  ['change_notice', 'notice'],
])

/** A change of a customer group (`change_external_chat`); `from` becomes the group. */
export function groupChanged(fields: Fields, header: Header): Update | undefined {
  const [from, change] = [textOf(fields, 'ChatId'), changeOf(fields)]
  if (from === '' || change === undefined) return undefined
  const scene = numberOf(fields, change === 'left' ? 'QuitScene' : 'JoinScene')
  const [lastVersion, version] = [textOf(fields, 'LastMemVer'), textOf(fields, 'CurMemVer')]
  return {
    kind: 'event.group.changed',
    ...header,
    from,
    change,
    members: textsOf(fieldsOf(fields, 'MemChangeList'), 'Item'),
    count: countOf(fields, 'MemChangeCnt'),
    ...(scene !== undefined && { scene }),
    ...(lastVersion !== '' && { lastVersion }),
    ...(version !== '' && { version }),
  }
}

function changeOf(fields: Fields): GroupChanged['change'] | undefined {
  const type = textOf(fields, 'ChangeType')
  if (type === 'create') return 'created'
  if (type === 'dismiss') return 'dismissed'
  return type === 'update' ? DETAILS.get(textOf(fields, 'UpdateDetail')) : undefined
}
