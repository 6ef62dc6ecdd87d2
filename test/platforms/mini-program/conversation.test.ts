import { describe, expect, test } from '@jest/globals'
import type { ResolvedMessage } from '../../../src/core/message.js'
import type { MiniMessage } from '../../../src/platforms/mini-program/client/messages.js'
import { createMiniConversation } from '../../../src/platforms/mini-program/conversation.js'
import type { MediaIds } from '../../../src/platforms/official-account/media.js'

const APPID = 'wx0000000000mini01'
const TO = { to: 'oMiniVisitor', key: 'k' }

function conversation() {
  const sent: MiniMessage[] = []
  const deliver = createMiniConversation({
    appid: APPID,
    clock: { now: () => new Date() },
    media: { idOf: async () => 'M1', replace: async () => undefined } as unknown as MediaIds,
    messages: { send: async (_, message) => void sent.push(message) },
  })
  return { sent, deliver: (message: ResolvedMessage) => deliver(message, TO) }
}

describe('what a mini program says in its customer service', () => {
  test('text, picture, link and a page of its own leave in its own forms', async () => {
    const { sent, deliver } = conversation()
    const page = { kind: 'mini-program', title: '订单', path: 'pages/order?id=1', thumb: { mediaId: 'T' } } as const
    for (const message of [
      { kind: 'text', text: '您好' },
      { kind: 'image', media: { mediaId: 'I' } },
      {
        kind: 'link',
        title: '洗护',
        description: '三句话',
        url: 'https://shop.example.cn/',
        picture: 'https://x/1.jpg',
      },
      { ...page, appid: APPID },
    ] as const) {
      expect(await deliver(message)).toEqual({ state: 'sent' })
    }
    expect(sent).toEqual([
      { type: 'text', content: '您好' },
      { type: 'image', mediaId: 'M1' },
      {
        type: 'link',
        title: '洗护',
        description: '三句话',
        url: 'https://shop.example.cn/',
        thumbUrl: 'https://x/1.jpg',
      },
      { type: 'page', title: '订单', pagePath: 'pages/order?id=1', thumbMediaId: 'M1' },
    ])
  })

  test('choices become numbered lines: it has no menus', async () => {
    const { sent, deliver } = conversation()
    const items = [
      { id: 'a', text: '满意' },
      { id: 'b', text: '不满意' },
    ]
    await deliver({ kind: 'choices', head: '请评价本次服务', items, tail: '' })
    expect(sent).toEqual([{ type: 'text', content: '请评价本次服务\n1. 满意\n2. 不满意' }])
  })

  test('what it cannot carry is refused with the reason, and nothing is called', async () => {
    const { sent, deliver } = conversation()
    const thumb = { mediaId: 'T' }
    for (const [message, reason] of [
      [{ kind: 'voice', media: thumb }, 'takes no voice'],
      [{ kind: 'video', media: thumb }, 'takes no video'],
      [{ kind: 'music', title: 'x', url: 'https://x/1.mp3', thumb }, 'takes no music'],
      [{ kind: 'mini-program', title: 'x', appid: 'wx00000000000other', path: 'p', thumb }, 'pages of its own only'],
    ] as const) {
      expect(await deliver(message)).toMatchObject({ state: 'failed', reason: expect.stringContaining(reason) })
    }
    expect(sent).toEqual([])
  })
})
