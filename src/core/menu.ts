/** What pressing a menu button does, nothing left to look up. */
export type MenuAction =
  /** A click that comes back as an event with this key; it is to be answered like the word itself. */
  | { kind: 'keyword'; key: string }
  | { kind: 'view'; url: string }
  /** `url` is where a client without mini programs goes. */
  | { kind: 'mini-program'; appid: string; path: string; url: string }

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
