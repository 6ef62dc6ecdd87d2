import type { MenuButton, MenuTool, ResolvedMenu } from '../../core/menu.js'

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
    case 'tool':
      return { type: TOOLS[action.tool], name, key: action.key }
    case 'material':
      return { type: 'media_id', name, media_id: action.mediaId }
    case 'published':
      return { type: 'article_id', name, article_id: action.articleId }
  }
}

const TOOLS: Readonly<Record<MenuTool, string>> = {
  scan: 'scancode_push',
  'scan-wait': 'scancode_waitmsg',
  camera: 'pic_sysphoto',
  'camera-or-album': 'pic_photo_or_album',
  album: 'pic_weixin',
  location: 'location_select',
}
