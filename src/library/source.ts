/** What the content folder held when it was read: the parser's whole input. */
export interface Source {
  /** Articles, cards, replies, menus, notices and segments. */
  files: readonly TextFile[]
  media: readonly MediaFile[]
}

/** A text file that a person wrote. */
export interface TextFile {
  /** Relative to the content folder with `/`, e.g. `articles/welcome.md`. */
  path: string
  text: string
  /** Given for what no file holds: it was written at the console. */
  owner?: 'console'
}

/** A file of `content/media`. */
export interface MediaFile {
  /** Its name inside `content/media`, as articles and cards write it. */
  name: string
  /** Where to read it from. */
  path: string
  /** Size in bytes. */
  bytes: number
  /** SHA-256 of the content, hex: changes exactly when the picture does. */
  hash: string
  /** The MIME type by content, not by name; `application/octet-stream` when it is none that the platforms take. */
  type: string
  /** Pixels, for pictures. */
  width?: number
  height?: number
}

/** The kinds of text files and the ending each folder takes. */
export const FOLDERS = {
  articles: '.md',
  cards: '.yaml',
  replies: '.yaml',
  menus: '.yaml',
  notices: '.yaml',
  segments: '.yaml',
} as const
export type Folder = keyof typeof FOLDERS

/** A slug: lower-case letters, digits and single hyphens, at most 64 characters; also the file's name. */
export const SLUG = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/
/** A media file's name: letters, digits, `.`, `_`, `-`; never a path. */
export const MEDIA_NAME = /^(?=.{1,100}$)[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z0-9]{2,4}$/

/** Folder and slug of a content file's path, or undefined when it is none. */
export function placeOf(path: string): { folder: Folder; slug: string } | undefined {
  const found = /^(articles|cards|replies|menus|notices|segments)\/([^/]+)\.(md|yaml)$/.exec(path)
  const folder = found?.[1] as Folder | undefined
  const slug = found?.[2] ?? ''
  return folder !== undefined && SLUG.test(slug) && path.endsWith(FOLDERS[folder]) ? { folder, slug } : undefined
}
