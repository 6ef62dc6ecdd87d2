import { AppError } from '../core/errors.js'
import { isRole, ROLES, type Role } from './roles.js'

/** The login in its one form: 2 to 64 small letters, digits and `._@+-`. Throws AppError `invalid.login`. */
export function checkLogin(login: string): string {
  const one = login.normalize('NFKC').trim().toLowerCase()
  if (/^[a-z0-9][a-z0-9._@+-]{1,63}$/.test(one)) return one
  throw new AppError('invalid.login', 'the name to sign in with has another form', {
    fix: 'use 2 to 64 letters, digits and . _ @ + -, such as a mail address',
  })
}

/** A name for people, of 1 to 40 characters on one line. Throws AppError `invalid.name`. */
export function checkName(name: string): string {
  const one = name.normalize('NFC').trim()
  if (one.length >= 1 && one.length <= 40 && !/\p{Cc}/u.test(one)) return one
  throw new AppError('invalid.name', 'the name is empty, too long or not one line', { fix: 'use 1 to 40 characters' })
}

/** One role or several, each once. Throws AppError `invalid.roles`. */
export function checkRoles(roles: readonly string[]): Role[] {
  const known = [...new Set(roles)].filter(isRole)
  if (known.length > 0 && known.length === new Set(roles).size) return known
  throw new AppError('invalid.roles', 'a person has one or several roles', { fix: `choose from ${ROLES.join(', ')}` })
}
