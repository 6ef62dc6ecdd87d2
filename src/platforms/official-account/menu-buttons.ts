import type { MenuButton, ResolvedMenu } from '../../core/menu.js'

/** A menu in the words of `menu/create`. Limits (3 buttons, 5 under each, name lengths) are kept by the library. */
export function menuButtons(menu: ResolvedMenu): { button: object[] } {
  return {
    button: menu.buttons.map((entry) =>
      'action' in entry ? button(entry) : { name: entry.name, sub_button: entry.buttons.map(button) },
    ),
  }
}

function button({ name, action }: MenuButton): object {
  switch (action.kind) {
    case 'keyword':
      return { type: 'click', name, key: action.key }
    case 'view':
      return { type: 'view', name, url: action.url }
    case 'mini-program':
      return { type: 'miniprogram', name, url: action.url, appid: action.appid, pagepath: action.path }
  }
}
