import type { Library } from '../library/library.js'
import type { Items } from './items.js'
import type { ItemContent } from './kinds.js'
import type { Pictures } from './pictures.js'
import type { OtherUses } from './uses.js'
import type { ItemProblem, ItemView, UsedBy } from './views.js'

/** What the editor needs. */
export interface EditorPorts {
  items: Items
  pictures: Pictures
  library: Library
  others: OtherUses
}

/** What a change came to. */
export type Outcome =
  | { outcome: 'done'; item: ItemView }
  | { outcome: 'unknown' }
  /** A file holds an item of that name; files are changed where they lie. */
  | { outcome: 'read-only'; file: string }
  /** Somebody else was quicker; without `current` it was deleted. */
  | { outcome: 'stale'; current?: ItemView }
  | { outcome: 'invalid'; problems: ItemProblem[] }
  | { outcome: 'used'; by: UsedBy[] }

/** What is to be saved. */
export interface Save {
  content: ItemContent
  /** The version it was made from; 0 for a new item. */
  rev: number
  /** Serve it at once. */
  live?: boolean | undefined
}
