import type { Update, UpdateBase } from '../../core/update.js'
import { type Fields, noFields } from './fields.js'

/** What every push carries, read and checked once. */
export type Header = Omit<UpdateBase<string>, 'kind'>

/**
 * Reads the fields of one MsgType or Event. Undefined when a field it cannot do without is missing or is no number:
 * the push is then kept as `unknown`, never refused.
 */
export type Reader = (fields: Fields, header: Header) => Update | undefined

/** A group of readers, by MsgType or by Event, as the platform spells them. */
export type Readers = ReadonlyMap<string, Reader>

/** The header of an event that concerns the account and not a follower. */
export function ofAccount(header: Header): Header {
  return { ...header, from: '' }
}

const HEADER_NAMES: ReadonlySet<string> = new Set(['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Event'])

/** What a push holds besides its header. */
export function rest(fields: Fields): Fields {
  const others = noFields()
  for (const [name, value] of Object.entries(fields)) if (!HEADER_NAMES.has(name)) others[name] = value
  return others
}
