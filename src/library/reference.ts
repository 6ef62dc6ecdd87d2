import type { ContentProblem } from './problem.js'

/** A place in one content file that names another; checked when everything has been read. */
export interface Reference {
  kind: 'article' | 'card' | 'media' | 'segment'
  /** The slug, or the media file's name. */
  target: string
  /** What the target is needed for: a picture must suit its use. */
  use: 'link' | 'cover' | 'body' | 'thumb' | 'reply'
  line: number
  field: string
}

/** What one content file came to: a value when it can be used at all, and everything that is wrong with it. */
export interface Parsed<T> {
  value: T | undefined
  problems: ContentProblem[]
  references: Reference[]
}
