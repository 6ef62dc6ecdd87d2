/** What pressing a menu button does, nothing left to look up. */
export type MenuAction =
  /** A click that comes back as an event with this key; it is to be answered like the word itself. */
  | { kind: 'keyword'; key: string }
  | { kind: 'view'; url: string }
  /** `url` is where a client without mini programs goes. */
  | { kind: 'mini-program'; appid: string; path: string; url: string }
  /** A tool of the phone; what came of it arrives as an event with the key. */
  | { kind: 'tool'; tool: MenuTool; key: string }
  /** A permanent material of the account is sent to who presses it. */
  | { kind: 'material'; mediaId: string }
  /** An article that the account has published is sent to who presses it. */
  | { kind: 'published'; articleId: string }

/**
 * Tools of the phone that a button opens: scan and look at it there, scan and let the account answer, take a photo, photo
 * or album, album, choose a place.
 */
export const MENU_TOOLS = ['scan', 'scan-wait', 'camera', 'camera-or-album', 'album', 'location'] as const
export type MenuTool = (typeof MENU_TOOLS)[number]

/** A button that does something. */
export interface MenuButton {
  name: string
  action: MenuAction
}

/** A menu ready to be given to a platform: buttons, or names with buttons under them. */
export interface ResolvedMenu {
  slug: string
  /** Shown to followers with this tag only, in place of the menu for everybody. */
  tag?: string
  buttons: (MenuButton | { name: string; buttons: MenuButton[] })[]
}
