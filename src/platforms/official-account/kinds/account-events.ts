import type { AccountVerificationEvent, ServiceSessionEvent } from '../../../core/update.js'
import { type Fields, firstTextOf, secondsOf, textOf } from '../../shared/fields.js'
import { type Header, ofAccount, type Reader, type Readers } from '../../shared/header.js'

/**
 * Customer-service sessions, privacy duties and the account's verification, by Event. In the privacy events the sender
 * is the platform, so `from` is the person they are about.
 */
export const accountEvents: Readers = new Map<string, Reader>([
  ['kf_create_session', session('opened')],
  ['kf_close_session', session('closed')],
  ['kf_switch_session', session('moved')],
  ['user_info_modified', (fields, header) => ({ kind: 'event.profile.changed', ...ofSubject(fields, header) })],
  [
    'user_authorization_revoke',
    (fields, header) => ({
      kind: 'event.consent.revoked',
      ...ofSubject(fields, header),
      ...unionid(fields),
      scopes: firstTextOf(fields, 'RevokeInfo')
        .split(/[^0-9A-Za-z]+/)
        .filter((code) => code !== '')
        .map((code) => SCOPES.get(code) ?? code),
    }),
  ],
  [
    'user_authorization_cancellation',
    (fields, header) => ({ kind: 'event.contact.cancelled', ...ofSubject(fields, header), ...unionid(fields) }),
  ],
  ['qualification_verify_success', verification('qualified')],
  ['qualification_verify_fail', verification('qualification-failed')],
  ['naming_verify_success', verification('named')],
  ['naming_verify_fail', verification('naming-failed')],
  ['annual_renew', verification('renewal-due')],
  ['verify_expired', verification('expired')],
])

/** What a person may have allowed, by the platform's codes: 201-207 on web pages of a service account, the rest in mini programs. */
const SCOPES: ReadonlyMap<string, string> = new Map([
  ['201', 'address'],
  ['202', 'invoice'],
  ['203', 'card'],
  ['204', 'microphone'],
  ['205', 'profile'],
  ['206', 'location'],
  ['207', 'album'],
  ['1', 'plate-number'],
  ['2', 'address'],
  ['3', 'invoice'],
  ['4', 'bluetooth'],
  ['5', 'microphone'],
  ['6', 'profile'],
  ['7', 'camera'],
  ['8', 'phone'],
  ['12', 'steps'],
  ['13', 'location'],
  ['14', 'album'],
  ['15', 'file'],
  ['16', 'mail'],
  ['18', 'place'],
  ['19', 'nickname'],
  ['20', 'avatar'],
])

function session(change: ServiceSessionEvent['change']): Reader {
  return (fields, header) => {
    const previous = textOf(fields, 'FromKfAccount')
    return {
      kind: 'event.service.session',
      ...header,
      change,
      staff: firstTextOf(fields, 'KfAccount', 'ToKfAccount'),
      ...(previous !== '' && { previous }),
    }
  }
}

function verification(status: AccountVerificationEvent['status']): Reader {
  return (fields, header) => {
    const expiresAt = secondsOf(fields, 'ExpiredTime')
    const reason = textOf(fields, 'FailReason')
    return {
      kind: 'event.account.verification',
      ...ofAccount(header),
      status,
      ...(expiresAt && { expiresAt }),
      ...(reason !== '' && { reason }),
    }
  }
}

function ofSubject(fields: Fields, header: Header): Header & { subject: string } {
  const subject = firstTextOf(fields, 'OpenID', 'openid', 'OpenId')
  return { ...header, from: subject, subject }
}

function unionid(fields: Fields): { unionid?: string } {
  const id = firstTextOf(fields, 'UnionID', 'unionid', 'UnionId')
  return id === '' ? {} : { unionid: id }
}
