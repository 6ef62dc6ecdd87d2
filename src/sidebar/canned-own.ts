import { AppError } from '../core/errors.js'
import type { CannedLike, CannedPort } from './ports.js'
import type { Visitor } from './sessions.js'

/** A canned reply as staff write it beside the chat. */
export interface CannedGiven {
  /** Of one that is changed; a new one is named after the page's own key, so that it is made once. */
  slug?: string | undefined
  /** The version that is changed; 0 for a new one. */
  version: number
  group: string
  title: string
  text: string
  key: string
}

const authorOf = (staff: string) => `sidebar:${staff}`

/** Whoever made it may change it, and supervisors may change all but those of files. */
export function mayChange(
  { origin, updatedBy, text }: CannedLike,
  { staff, role }: Pick<Visitor, 'staff' | 'role'>,
): boolean {
  return origin === 'store' && text !== undefined && (role === 'supervisor' || updatedBy === authorOf(staff))
}

/** Stores it. Throws AppError `forbidden.canned`, `invalid.canned` or `conflict.canned` with what to do in words. */
export async function putCanned(canned: CannedPort, visitor: Visitor, given: CannedGiven): Promise<{ slug: string }> {
  const { version, group, title, text, key } = given
  const slug =
    given.slug ??
    `own-${key
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .slice(0, 16)}`
  const known = await canned.find(slug)
  if (known && !mayChange(known, visitor)) {
    throw new AppError(
      'forbidden.canned',
      known.origin === 'file' ? '这条写在 content/canned 的文件里，只能改文件' : '这条是同事写的，请他或主管来改',
    )
  }
  if (known && given.slug === undefined) return { slug }
  const keywords = known?.keywords
  const definition = { group, title, text, ...(keywords && { keywords: [...keywords] }) }
  const done = await canned.put(slug, definition, { by: authorOf(visitor.staff), version })
  switch (done.outcome) {
    case 'stored':
      return { slug }
    case 'invalid':
      throw new AppError('invalid.canned', done.problems.map(({ message, fix }) => `${message}，${fix}`).join('；'))
    case 'read-only':
      throw new AppError('forbidden.canned', '这条写在 content/canned 的文件里，只能改文件')
    case 'stale':
      throw new AppError('conflict.canned', '同事刚改过这条，请重新打开再改')
  }
}
