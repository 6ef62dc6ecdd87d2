import { type Expected, ming } from './messages.js'

/** Ids of events are hashes; the test checks their shape and that no two are alike. */
export const anyId = ''
const by = { id: anyId, from: ming }

/** What followers do besides writing. */
export const followerEvents: Record<string, Expected> = {
  'event.subscribe.xml': { kind: 'event.subscribe', ...by },
  'event.subscribe.scene.xml': { kind: 'event.subscribe', ...by, scene: 'ch_poster_01', ticket: 'gQTicketDemo01' },
  'event.unsubscribe.xml': { kind: 'event.unsubscribe', ...by },
  'event.scan.xml': { kind: 'event.scan', ...by, scene: 'ch_store_hangzhou', ticket: 'gQTicketDemo02' },
  'event.location.xml': {
    kind: 'event.location',
    ...by,
    latitude: 30.246026,
    longitude: 120.15507,
    precision: 65,
  },
  'event.menu.click.xml': { kind: 'event.menu.click', ...by, key: 'LOGISTICS' },
  'event.menu.view.xml': {
    kind: 'event.menu.view',
    ...by,
    url: 'https://shop.example.cn/new?src=oa_menu',
    menuId: '400000001',
  },
  'event.menu.mini-program.xml': {
    kind: 'event.menu.mini-program',
    ...by,
    path: 'pages/index?src=oa_menu',
    menuId: '400000002',
  },
  'event.menu.scan.scancode_push.xml': {
    kind: 'event.menu.scan',
    ...by,
    key: 'SCAN_TRACE',
    scanType: 'qrcode',
    result: 'https://shop.example.cn/trace/8F21',
    waits: false,
  },
  'event.menu.scan.scancode_waitmsg.xml': {
    kind: 'event.menu.scan',
    ...by,
    key: 'SCAN_ORDER',
    scanType: 'barcode',
    result: 'CODE_128,SF1234567890',
    waits: true,
  },
  'event.menu.photo.pic_sysphoto.xml': {
    kind: 'event.menu.photo',
    ...by,
    key: 'PHOTO_DAMAGE',
    source: 'camera',
    count: 1,
    digests: ['1b5f7c23b5bf75682a53e7b6d163e185'],
  },
  'event.menu.photo.pic_photo_or_album.xml': {
    kind: 'event.menu.photo',
    ...by,
    key: 'PHOTO_DAMAGE',
    source: 'camera-or-album',
    count: 2,
    digests: ['1b5f7c23b5bf75682a53e7b6d163e185', '5a75aaca956d97be686719218f275c6b'],
  },
  'event.menu.photo.pic_weixin.xml': {
    kind: 'event.menu.photo',
    ...by,
    key: 'PHOTO_SHOW',
    source: 'wechat-album',
    count: 0,
    digests: [],
  },
  'event.menu.location.xml': {
    kind: 'event.menu.location',
    ...by,
    key: 'NEAREST_STORE',
    latitude: 30.246026,
    longitude: 120.15507,
    scale: 15,
    label: '杭州市西湖区北山街',
    name: '断桥残雪',
  },
  'event.subscription.answered.xml': {
    kind: 'event.subscription.answered',
    ...by,
    items: [
      { templateId: 'TPL_SHIP_demo', accepted: true, popup: '1' },
      { templateId: 'TPL_STOCK_demo', accepted: false, popup: '1' },
    ],
  },
  'event.subscription.answered.json': {
    kind: 'event.subscription.answered',
    ...by,
    items: [
      { templateId: 'TPL_SHIP_demo', accepted: true, popup: '0' },
      { templateId: 'TPL_STOCK_demo', accepted: false, popup: '0' },
    ],
  },
  'event.subscription.changed.xml': {
    kind: 'event.subscription.changed',
    ...by,
    items: [{ templateId: 'TPL_SHIP_demo', accepted: false }],
  },
  'event.service.session.opened.xml': {
    kind: 'event.service.session',
    ...by,
    change: 'opened',
    staff: 'amy@weloopdemo',
  },
  'event.service.session.closed.xml': {
    kind: 'event.service.session',
    ...by,
    change: 'closed',
    staff: 'amy@weloopdemo',
  },
  'event.service.session.moved.xml': {
    kind: 'event.service.session',
    ...by,
    change: 'moved',
    staff: 'bo@weloopdemo',
    previous: 'amy@weloopdemo',
  },
  'event.session.entered.json': { kind: 'event.session.entered', ...by, source: 'order_detail:SO20260101' },
}
