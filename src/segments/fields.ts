import type { FieldKind, SystemFieldName } from '../library/rule-fields.js'
import { isSystemField, systemFields } from '../library/rule-fields.js'

/** Where a field of a contact lies, and what is known of it. */
export interface Field {
  /** As rules name it. */
  name: string
  path: readonly string[]
  kind: FieldKind
  /** Never a list. */
  single: boolean
  /** Nothing stands for 0. */
  zero: boolean
  /** Every contact has it. */
  always: boolean
  /** It moves on with what the person does: a time after the moment of asking is recent, not unheard of. */
  open: boolean
}

type Place = { path: string; list?: true; zero?: true; always?: true; open?: true }

const PLACES: Record<SystemFieldName, Place> = {
  'seen.firstAt': { path: 'firstSeenAt', always: true },
  'seen.lastAt': { path: 'lastSeenAt', always: true, open: true },
  'scene.first': { path: 'identities.firstScene.scene', list: true },
  'scene.last': { path: 'identities.lastScene.scene', list: true },
  'orders.count': { path: 'shop.orderCount', zero: true },
  'orders.paidFen': { path: 'shop.paidFen', zero: true },
  'orders.refundedFen': { path: 'shop.refundedFen', zero: true },
  'orders.firstAt': { path: 'shop.firstOrderAt' },
  'orders.lastAt': { path: 'shop.lastOrderAt', open: true },
  'runOut.product': { path: 'shop.runOut.product', list: true },
  'runOut.at': { path: 'shop.runOut.at', list: true },
}

/** The field of a name; what the product does not keep itself is a field of the profile. */
export function fieldOf(name: string): Field {
  if (!isSystemField(name)) {
    return {
      name,
      path: ['profile', ...name.split('.')],
      kind: 'any',
      single: false,
      zero: false,
      always: false,
      open: false,
    }
  }
  const { path, list = false, zero = false, always = false, open = false } = PLACES[name]
  return { name, path: path.split('.'), kind: systemFields[name].kind, single: !list, zero, always, open }
}
