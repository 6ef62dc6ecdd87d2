import { type JsonRecord, list, text } from '../json.js'
import { buttonAt, buttonWithKey } from '../official-account/api/menu.js'
import { show } from '../official-account/follower.js'
import { mediaContent } from '../official-account/show-media.js'
import { type Act, ControlError, type Person, pushEvent } from './person.js'
import { speak } from './say.js'

/** Which menu button, and what the person does in the window it opens. */
export interface Press {
  key?: string | undefined
  /** Place in the menu: top, or top and sub, from 0. */
  path?: number[] | undefined
  /** What a scan button reads. */
  scanResult?: string | undefined
  location?: { lat: number; lon: number; label?: string | undefined } | undefined
}

/** Presses a menu button as it is now in the account's menu. */
export function press(person: Person, given: Press): Act {
  const { account, follower } = person
  if (!follower.following) throw new ControlError(409, `${follower.name} does not follow`)
  const [top, sub] = given.path ?? []
  const button =
    given.key === undefined
      ? top === undefined
        ? undefined
        : buttonAt(account.menu, top, sub)
      : buttonWithKey(account.menu, given.key)
  if (!button) throw new ControlError(404, 'the menu has no such button')
  if ((list(button, 'sub_button') ?? []).length > 0) throw new ControlError(409, 'this button opens a sub menu')
  return pressed(person, button, given)
}

function pressed(person: Person, button: JsonRecord, given: Press): Act {
  const key = text(button, 'key') ?? ''
  const MenuId = 400_000_000 + person.account.menuId
  switch (text(button, 'type')) {
    case 'click':
      return pushEvent(person, 'CLICK', { EventKey: key })
    case 'view': {
      const url = text(button, 'url') ?? ''
      return { ...pushEvent(person, 'VIEW', { EventKey: url, MenuId }), open: { url } }
    }
    case 'miniprogram': {
      const path = text(button, 'pagepath') ?? ''
      const open = { appid: text(button, 'appid') ?? '', path }
      return { ...pushEvent(person, 'view_miniprogram', { EventKey: path, MenuId }), open }
    }
    case 'scancode_push':
    case 'scancode_waitmsg': {
      const ScanResult = given.scanResult ?? 'SO20260101'
      return pushEvent(person, text(button, 'type') ?? '', {
        EventKey: key,
        ScanCodeInfo: { ScanType: 'qrcode', ScanResult },
      })
    }
    case 'pic_sysphoto':
    case 'pic_photo_or_album':
    case 'pic_weixin': {
      const act = pushEvent(person, text(button, 'type') ?? '', { EventKey: key })
      speak(person, { kind: 'image' })
      return act
    }
    case 'location_select':
      return chooseLocation(person, key, given)
    default:
      return showMaterial(person, button)
  }
}

function chooseLocation(person: Person, key: string, given: Press): Act {
  const { lat = 23.1, lon = 113.3, label = '广州市海珠区客村' } = given.location ?? {}
  const place = { Location_X: String(lat), Location_Y: String(lon), Scale: '15', Label: label, Poiname: '' }
  const act = pushEvent(person, 'location_select', { EventKey: key, SendLocationInfo: place })
  speak(person, { kind: 'location', lat, lon, label })
  return act
}

/** A material button shows its material; the product hears nothing of it. */
function showMaterial({ platform, account, follower }: Person, button: JsonRecord): Act {
  const at = platform.clock.now()
  const media = account.media.find(text(button, 'media_id') ?? '', at)
  const content = media ? mediaContent(account, media) : { kind: 'system' as const, text: '素材不存在或已删除' }
  show(platform.bus, account.options.id, follower, { at, from: media ? 'account' : 'system', via: 'menu', content })
  return {}
}
