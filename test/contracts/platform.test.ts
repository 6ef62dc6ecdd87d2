import { readFileSync } from 'node:fs'
import { decrypt, getSignature } from '@wecom/crypto'
import { DEMO } from '../../src/config/accounts.js'
import type { Config } from '../../src/config/schema.js'
import { connectAccounts } from '../../src/platforms/accounts.js'
import type { Platform } from '../../src/platforms/platform.js'
import { createMemoryMediaStore } from '../../src/platforms/shared/media-store.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { AT, freshNonce, push as pushToShop, shop, textPush } from '../helpers/door.js'
import { memoryLog } from '../platforms/official-account/client/fixture.js'
import { APPID, SECRET as SHOP_SECRET, startStrictWeChat } from '../platforms/official-account/client/strict-wechat.js'
import { check as checkOfCorp, corp, push as pushToCorp } from '../platforms/wecom/door.js'
import { startStrictWecom } from '../platforms/wecom/strict-wecom.js'
import { platformSuite } from './platform.suite.js'

const systemTime = { now: () => new Date() }

function connect(
  id: string,
  account: Config['accounts'][string],
  name = id,
): { platform: Platform; close(): Promise<void> } {
  const accounts = connectAccounts(
    { accounts: { [id]: account }, inbox: { timestampWindow: 600_000 } as Config['inbox'] },
    {
      clock: systemTime,
      log: memoryLog(),
      mediaDir: 'content/media',
      tokenStore: createMemoryTokenStore(systemTime),
      mediaStore: createMemoryMediaStore(systemTime),
    },
  )
  const platform = accounts.find(name)
  if (!platform) throw new Error('the account was not connected')
  return { platform, close: () => accounts.close() }
}

const sealedIn = (answer: string) => /<Encrypt>(?:<!\[CDATA\[)?([^\]<]*)/.exec(answer)?.[1] ?? ''
const cutLine = (response: { destroy(): unknown }) => void response.destroy()

platformSuite('official-account', async () => {
  const wechat = await startStrictWeChat()
  const { id: _, ...account } = shop
  const { platform, close } = connect('shop', { ...account, appid: APPID, secret: SHOP_SECRET, apiBase: wechat.base })
  const send = '/cgi-bin/message/custom/send'
  const mine = <T extends { receiver?: string }>({ receiver = APPID, ...rest }: T) => ({ ...rest, appid: receiver })
  return {
    platform,
    at: AT,
    push: (clear, wrongs = {}) => pushToShop(clear, mine(wrongs)),
    check: (echo, { token = shop.token } = {}) => {
      const [timestamp, nonce] = [String(AT), freshNonce()]
      const signature = getSignature(token, timestamp, nonce, '')
      const query = new URLSearchParams({ signature, timestamp, nonce, echostr: echo }).toString()
      return { method: 'GET', query, body: Buffer.alloc(0), now: new Date((AT + 1) * 1000) }
    },
    message: (content, messageId) => textPush(content, messageId),
    silent: `<xml><ToUserName><![CDATA[gh_weloopdemo01]]></ToUserName><FromUserName><![CDATA[oWeLoopFollower]]></FromUserName><CreateTime>${AT}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event></xml>`,
    open: (answer) => decrypt(DEMO.aesKey, sealedIn(answer)).message,
    acknowledged: 'success',
    to: 'oWeLoopFollower',
    delivered: () => wechat.sent(send).map((body) => JSON.stringify(body)),
    refuse: (errcode) => wechat.next(send, { errcode, errmsg: 'refused' }),
    cut: () => wechat.next(send, cutLine),
    ends: [
      [45015, { state: 'skipped', reason: 'window-closed' }],
      [43004, { state: 'skipped', reason: 'not-following' }],
      [45047, { state: 'skipped', reason: 'window-used-up' }],
      [40003, { state: 'skipped' }],
    ],
    stop: () => wechat.close(),
    close: async () => {
      await close()
      await wechat.close()
    },
  }
})

const MINI = { originalId: 'gh_weloopmini01', openid: 'oMiniVisitor' }

/** A message of the mini program's customer service, in either format. */
function miniPush(format: 'xml' | 'json', fields: Record<string, string | number>): string {
  const all = { ToUserName: MINI.originalId, FromUserName: MINI.openid, CreateTime: AT, ...fields }
  if (format === 'json') return JSON.stringify(all)
  const inner = Object.entries(all).map(([key, value]) => `<${key}><![CDATA[${value}]]></${key}>`)
  return `<xml>${inner.join('')}</xml>`
}

for (const format of ['xml', 'json'] as const) {
  platformSuite(`mini-program, pushes in ${format}`, async () => {
    const wechat = await startStrictWeChat()
    const { id: _, ...account } = shop
    const { originalId } = MINI
    const { token, aesKey } = shop
    const miniProgram = {
      appid: APPID,
      secret: SHOP_SECRET,
      apiBase: wechat.base,
      originalId,
      token,
      ...(aesKey && { aesKey }),
    }
    const { platform, close } = connect('shop', { ...account, miniProgram }, 'shop:mini')
    const send = '/cgi-bin/message/custom/send'
    return {
      platform,
      at: AT,
      onlyHandsOver: true,
      push: (clear, { receiver = APPID, ...wrongs } = {}) => pushToShop(clear, { ...wrongs, format, appid: receiver }),
      check: (echo, { token: word = shop.token } = {}) => {
        const [timestamp, nonce] = [String(AT), freshNonce()]
        const signature = getSignature(word, timestamp, nonce, '')
        const query = new URLSearchParams({ signature, timestamp, nonce, echostr: echo }).toString()
        return { method: 'GET', query, body: Buffer.alloc(0), now: new Date((AT + 1) * 1000) }
      },
      message: (Content, MsgId) => miniPush(format, { MsgType: 'text', Content, MsgId }),
      silent: miniPush(format, { MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: 'pages/index' }),
      open: (answer) =>
        decrypt(DEMO.aesKey, format === 'json' ? String(JSON.parse(answer).Encrypt) : sealedIn(answer)).message,
      acknowledged: 'success',
      to: MINI.openid,
      delivered: () => wechat.sent(send).map((body) => JSON.stringify(body)),
      refuse: (errcode) => wechat.next(send, { errcode, errmsg: 'refused' }),
      cut: () => wechat.next(send, cutLine),
      ends: [
        [45015, { state: 'skipped', reason: 'window-closed' }],
        [45047, { state: 'skipped', reason: 'window-used-up' }],
        [40003, { state: 'skipped' }],
      ],
      stop: () => wechat.close(),
      close: async () => {
        await close()
        await wechat.close()
      },
    }
  })
}

const fixture = (name: string) => readFileSync(new URL(`../fixtures/wecom/${name}`, import.meta.url), 'utf8')

platformSuite('wecom', async () => {
  const wecom = await startStrictWecom({ corpid: DEMO.corpid, secret: DEMO.secret })
  const { id: _, ...account } = corp
  if (account.kind !== 'app') throw new Error('the demo corporation is an app')
  const { platform, close } = connect('corp', { ...account, apiBase: wecom.base })
  const send = '/cgi-bin/message/send'
  return {
    platform,
    at: AT,
    push: pushToCorp,
    check: checkOfCorp,
    message: (content, messageId) =>
      `<xml><ToUserName><![CDATA[${DEMO.corpid}]]></ToUserName><FromUserName><![CDATA[lihua]]></FromUserName><CreateTime>${AT}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content><MsgId>${messageId}</MsgId><AgentID>1000002</AgentID></xml>`,
    silent: fixture('event.customer.added.xml'),
    open: (answer) => decrypt(DEMO.aesKey, sealedIn(answer)).message,
    acknowledged: '',
    to: 'lihua',
    delivered: () => wecom.sent(send).map((body) => JSON.stringify(body)),
    refuse: (errcode) => wecom.next(send, { errcode, errmsg: 'refused' }),
    cut: () => wecom.next(send, cutLine),
    ends: [
      [81013, { state: 'skipped', reason: 'identity-unknown' }],
      [48002, { state: 'skipped', reason: 'no-permission' }],
      [45009, { state: 'retry', park: true }],
      [40058, { state: 'failed', code: 40058 }],
    ],
    stop: () => wecom.close(),
    close: async () => {
      await close()
      await wecom.close()
    },
  }
})
