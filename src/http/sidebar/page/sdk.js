import { get } from './api.js'

const APIS = ['getContext', 'getCurExternalContact', 'getCurExternalChat', 'sendChatMessage']
const LOAD_MS = 10_000
const ANSWER_MS = 15_000

/** Loads the client's SDK and says which page this is; the signatures are for exactly this address. */
export async function startSdk({ sdkUrl, corpid, agentId }) {
  if (!window.ww) await load(sdkUrl)
  if (!window.ww?.register) throw new Error('sdk missing')
  const sign = (kind) => (url) => get('/signature', { kind, url: url ?? location.href.split('#')[0] })
  window.ww.register({
    corpId: corpid,
    agentId,
    jsApiList: APIS,
    getConfigSignature: sign('corp'),
    getAgentConfigSignature: sign('app'),
  })
}

/** What is open beside the page: a customer, a group, or neither with the reason in words. */
export async function whereAmI() {
  const { entry } = await ask('getContext')
  const send = ['single_chat_tools', 'group_chat_tools', 'single_kf_tools', 'chat_attachment'].includes(entry)
  if (entry === 'group_chat_tools') return { kind: 'group', id: (await ask('getCurExternalChat')).chatId, entry, send }
  if (['single_chat_tools', 'single_kf_tools', 'contact_profile'].includes(entry)) {
    return { kind: 'customer', id: (await ask('getCurExternalContact')).userId, entry, send }
  }
  if (entry === 'chat_attachment') {
    const customer = await ask('getCurExternalContact').catch(() => undefined)
    if (customer?.userId) return { kind: 'customer', id: customer.userId, entry, send }
    return { kind: 'group', id: (await ask('getCurExternalChat')).chatId, entry, send }
  }
  return { kind: 'none', entry }
}

/** Puts a message into the chat that is open; the member has pressed a button for it. */
export async function sendMessage(message) {
  await ask('sendChatMessage', nativeOf(message))
}

/** An error of the client, or of the page's own server, in words. */
export function sdkWords(error) {
  const raw = String(error?.errMsg ?? error?.message ?? error)
  if (error?.status !== undefined) return error.message
  if (/sdk missing|sdk load/.test(raw)) return '没能加载企业微信的 JS-SDK。请在企业微信里打开，并检查网络'
  if (/no answer/.test(raw)) return '企业微信没有回应。请在企业微信的聊天工具栏里打开这个页面'
  if (/without context of external contact/.test(raw)) return '这里不是客户聊天，请从客户聊天的工具栏打开'
  if (/without context of external chat/.test(raw)) return '这里不是客户群，请从客户群的工具栏打开'
  if (/cancel/.test(raw)) return '没有发送：您取消了'
  if (/no permission|permission denied/.test(raw)) {
    return '企业微信没有允许（no permission）。请管理员检查：应用的可信域名、“客户联系 > 可调用接口的应用”，以及您是否在客户联系的使用范围内'
  }
  if (/invalid.*imgUrl/i.test(raw)) return '没有发送：封面图的地址企业微信打不开'
  if (/not in allow list|60011/.test(raw)) return '您不在这个应用的可见范围内，请联系管理员'
  if (/not (support|implemented)|function not exist/i.test(raw)) return '这个版本的企业微信不支持，请先升级'
  return `企业微信没有做成：${raw.slice(0, 120)}`
}

/** A mini program's page ends in .html here, or WeChat does not find it. */
function nativeOf(message) {
  const { kind, title, picture } = message
  if (kind === 'text') return { msgtype: 'text', text: { content: message.text } }
  if (kind === 'article') {
    return { msgtype: 'news', news: { link: message.url, title, desc: message.description, imgUrl: picture } }
  }
  const [page, query] = message.path.split(/\?(.*)/s)
  const file = page.endsWith('.html') ? page : `${page}.html`
  const target = query ? `${file}?${query}` : file
  return { msgtype: 'miniprogram', miniprogram: { appid: message.appid, title, imgUrl: picture, page: target } }
}

function ask(api, params = {}) {
  if (typeof window.ww?.[api] !== 'function') return Promise.reject(new Error(`${api}: function not exist`))
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${api}: no answer`)), ANSWER_MS)
  })
  return Promise.race([window.ww[api](params), late]).finally(() => clearTimeout(timer))
}

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const fail = () => reject(new Error('sdk load failed'))
    const timer = setTimeout(fail, LOAD_MS)
    script.src = src
    script.addEventListener('load', () => {
      clearTimeout(timer)
      resolve()
    })
    script.addEventListener('error', fail)
    document.head.append(script)
  })
}
