import type { Update } from '../../../core/update.js'
import { type Fields, textOf } from '../../shared/fields.js'
import type { Header, Reader, Readers } from '../../shared/header.js'

/** Customers who come and go (`change_external_contact`), by ChangeType. `from` becomes the customer. */
export const customerChanges: Readers = new Map<string, Reader>([
  ['add_external_contact', added(false)],
  ['add_half_external_contact', added(true)],
  ['edit_external_contact', (fields, header) => ofCustomer(fields, header, 'event.customer.edited', {})],
  [
    'del_external_contact',
    (fields, header) => {
      const by = textOf(fields, 'Source') === 'DELETE_BY_TRANSFER' ? 'transfer' : 'staff'
      return ofCustomer(fields, header, 'event.customer.removed', { by })
    },
  ],
  ['del_follow_user', (fields, header) => ofCustomer(fields, header, 'event.customer.removed', { by: 'customer' })],
  [
    'transfer_fail',
    (fields, header) =>
      ofCustomer(fields, header, 'event.customer.transfer-failed', { reason: textOf(fields, 'FailReason') }),
  ],
  [
    'msg_audit_approved',
    (fields, header) => ofCustomer(fields, header, 'event.customer.archive-agreed', welcome(fields)),
  ],
])

function added(half: boolean): Reader {
  return (fields, header) => {
    const state = textOf(fields, 'State')
    const more = { half, ...(state !== '' && { state }), ...welcome(fields) }
    return ofCustomer(fields, header, 'event.customer.added', more)
  }
}

function welcome(fields: Fields): { welcomeCode?: string } {
  const welcomeCode = textOf(fields, 'WelcomeCode')
  return welcomeCode === '' ? {} : { welcomeCode }
}

function ofCustomer(fields: Fields, header: Header, kind: Update['kind'], more: object): Update | undefined {
  const [staff, from] = [textOf(fields, 'UserID'), textOf(fields, 'ExternalUserID')]
  if (staff === '' || from === '') return undefined
  return { kind, ...header, from, staff, ...more } as Update
}
