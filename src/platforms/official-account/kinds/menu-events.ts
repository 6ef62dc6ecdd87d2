import type { MenuPhotoEvent } from '../../../core/update.js'
import { countOf, fieldsOf, listOf, numberOf, textOf } from '../../shared/fields.js'
import type { Reader, Readers } from '../../shared/header.js'

/** Taps on menu buttons, by Event. What was photographed or located arrives as a message of its own. */
export const menuEvents: Readers = new Map<string, Reader>([
  ['CLICK', (fields, header) => ({ kind: 'event.menu.click', ...header, key: textOf(fields, 'EventKey') })],
  [
    'VIEW',
    (fields, header) => ({
      kind: 'event.menu.view',
      ...header,
      url: textOf(fields, 'EventKey'),
      menuId: textOf(fields, 'MenuId'),
    }),
  ],
  [
    'view_miniprogram',
    (fields, header) => ({
      kind: 'event.menu.mini-program',
      ...header,
      path: textOf(fields, 'EventKey'),
      menuId: textOf(fields, 'MenuId'),
    }),
  ],
  ['scancode_push', scan(false)],
  ['scancode_waitmsg', scan(true)],
  ['pic_sysphoto', photo('camera')],
  ['pic_photo_or_album', photo('camera-or-album')],
  ['pic_weixin', photo('wechat-album')],
  [
    'location_select',
    (fields, header) => {
      const place = fieldsOf(fields, 'SendLocationInfo')
      const latitude = numberOf(place, 'Location_X')
      const longitude = numberOf(place, 'Location_Y')
      if (latitude === undefined || longitude === undefined) return undefined
      return {
        kind: 'event.menu.location',
        ...header,
        key: textOf(fields, 'EventKey'),
        latitude,
        longitude,
        scale: countOf(place, 'Scale'),
        label: textOf(place, 'Label'),
        name: textOf(place, 'Poiname'),
      }
    },
  ],
])

function scan(waits: boolean): Reader {
  return (fields, header) => {
    const code = fieldsOf(fields, 'ScanCodeInfo')
    return {
      kind: 'event.menu.scan',
      ...header,
      key: textOf(fields, 'EventKey'),
      scanType: textOf(code, 'ScanType'),
      result: textOf(code, 'ScanResult'),
      waits,
    }
  }
}

function photo(source: MenuPhotoEvent['source']): Reader {
  return (fields, header) => {
    const pictures = fieldsOf(fields, 'SendPicsInfo')
    return {
      kind: 'event.menu.photo',
      ...header,
      key: textOf(fields, 'EventKey'),
      source,
      count: countOf(pictures, 'Count'),
      digests: listOf(fieldsOf(pictures, 'PicList'), 'item').map((item) => textOf(item, 'PicMd5Sum')),
    }
  }
}
