import type { Update } from '../../../../src/core/update.js'

/** An update without what all fixtures share. */
export type Expected = Update extends infer U
  ? U extends Update
    ? Omit<U, 'platform' | 'account' | 'at'>
    : never
  : never

/** The follower of the fixtures. */
export const ming = 'oWeLoopFollower000000000Ming'
/** A message's id, by the last digits of its MsgId. */
const id = (tail: string) => `wx00000000000demo1:24680135791357${tail}`

/** The messages that the fixtures hold. */
export const messages: Record<string, Expected> = {
  'message.text.xml': { kind: 'message.text', id: id('001'), from: ming, text: '你好，我上周买的面霜想退货' },
  'message.text.choice.xml': { kind: 'message.text', id: id('002'), from: ming, text: '满意', choice: '101' },
  'message.text.article.xml': {
    kind: 'message.text',
    id: id('003'),
    from: ming,
    text: '这款还有货吗',
    article: { dataId: '2247490098', index: 1 },
  },
  'message.text.json': {
    kind: 'message.text',
    id: 'wx00000000000demo1:9007199254740993123',
    from: ming,
    text: '在吗？我的订单 SO20260101 还没发货 😀',
  },
  'message.image.xml': {
    kind: 'message.image',
    id: id('004'),
    from: ming,
    mediaId: 'MEDIA_IMAGE_demo',
    url: 'http://mmbiz.qpic.cn/mmbiz_jpg/demo/0',
  },
  'message.voice.xml': {
    kind: 'message.voice',
    id: id('005'),
    from: ming,
    mediaId: 'MEDIA_VOICE_demo',
    format: 'amr',
    transcript: '我的快递到哪里了',
    clearMediaId: 'MEDIA_VOICE_16K_demo',
  },
  'message.voice.unrecognised.xml': {
    kind: 'message.voice',
    id: id('006'),
    from: ming,
    mediaId: 'MEDIA_VOICE_demo',
    format: 'speex',
  },
  'message.video.xml': {
    kind: 'message.video',
    id: id('007'),
    from: ming,
    mediaId: 'MEDIA_VIDEO_demo',
    thumbMediaId: 'MEDIA_THUMB_demo',
    short: false,
  },
  'message.video.short.xml': {
    kind: 'message.video',
    id: id('008'),
    from: ming,
    mediaId: 'MEDIA_SHORT_demo',
    thumbMediaId: 'MEDIA_THUMB_demo',
    short: true,
  },
  'message.location.xml': {
    kind: 'message.location',
    id: id('009'),
    from: ming,
    latitude: 30.246026,
    longitude: 120.15507,
    scale: 16,
    label: '杭州市西湖区北山街',
  },
  'message.link.xml': {
    kind: 'message.link',
    id: id('010'),
    from: ming,
    title: '秋冬护肤怎么选',
    description: '油皮和干皮的不同步骤',
    url: 'https://mp.weixin.qq.com/s/demo?a=1&b=2',
  },
  'message.card.json': {
    kind: 'message.card',
    id: id('011'),
    from: ming,
    title: '保湿面霜 50g',
    appid: 'wx00000000000demo2',
    path: 'pages/item?id=9',
    thumbUrl: 'https://mmbiz.qpic.cn/demo.jpg',
    thumbMediaId: 'MEDIA_THUMB_demo',
  },
  'unknown.message.xml': {
    kind: 'unknown',
    id: id('099'),
    from: ming,
    name: 'hologram',
    fields: { HologramId: 'H1', MsgId: '24680135791357099' },
  },
}
