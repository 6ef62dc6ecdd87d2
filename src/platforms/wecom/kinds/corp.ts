import { type Fields, fieldsOf, textOf } from '../../shared/fields.js'
import { ofAccount, type Reader, type Readers, rest } from '../../shared/header.js'
import { textsOf } from '../texts.js'

/** News about the corporation: tags, directory, batch jobs, warnings about our app; and what waits at the desk. By Event. */
export const corpEvents: Readers = new Map<string, Reader>([
  [
    'change_external_tag',
    (fields, header) => {
      const type = textOf(fields, 'TagType')
      return {
        kind: 'event.corp.tag',
        ...ofAccount(header),
        tag: textOf(fields, 'Id'),
        type: type === 'tag' ? 'tag' : type === 'tag_group' ? 'tag-group' : 'unknown',
        change: textOf(fields, 'ChangeType'),
      }
    },
  ],
  [
    'change_contact',
    (fields, header) => {
      const [user, newUser] = [textOf(fields, 'UserID'), textOf(fields, 'NewUserID')]
      return {
        kind: 'event.corp.directory',
        ...ofAccount(header),
        change: textOf(fields, 'ChangeType'),
        ...(user !== '' && { user }),
        ...(newUser !== '' && { newUser }),
        fields: rest(fields),
      }
    },
  ],
  ['batch_job_result', (fields, header) => notice('batch-job', fieldsOf(fields, 'BatchJob'), header)],
  ['upload_media_job_finish', (fields, header) => notice('media-job', rest(fields), header)],
  ...['inactive_alert', 'low_active_alert', 'low_active', 'active_restored', 'close_inactive_agent'].map(warning),
  warning('reopen_inactive_agent'),
  [
    'kf_msg_or_event',
    (fields, header) => {
      const [from, token] = [textOf(fields, 'OpenKfId'), textOf(fields, 'Token')]
      return from === '' ? undefined : { kind: 'event.kf.pending', ...header, from, token }
    },
  ],
  [
    'kf_account_auth_change',
    (fields, header) => ({
      kind: 'event.kf.accounts',
      ...ofAccount(header),
      added: textsOf(fields, 'AuthAddOpenKfId'),
      removed: textsOf(fields, 'AuthDelOpenKfId'),
    }),
  ],
])

function warning(name: string): [string, Reader] {
  return [name, (fields, header) => notice(name.replaceAll('_', '-'), rest(fields), header)]
}

function notice(name: string, fields: Fields, header: Parameters<Reader>[1]): ReturnType<Reader> {
  return { kind: 'event.corp.notice', ...ofAccount(header), name, fields }
}
