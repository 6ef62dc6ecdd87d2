import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { demoCorp } from '../../simulator/options.js'

/** A page for the chat tool bar of a few lines: signs in, registers with the JS-SDK, tells what it knows and sends. */
export async function startFakeSideBar(given: {
  simulator: string
  read: (path: string) => Promise<Record<string, unknown>>
}) {
  const { simulator, read } = given
  const { corpid, agentId } = demoCorp
  const ticket = async (kind: string | null) => {
    const path = kind === 'agent' ? '/cgi-bin/ticket/get?type=agent_config' : '/cgi-bin/get_jsapi_ticket?'
    return String((await read(path))['ticket'])
  }
  const side = { url: '', wrongSignature: false, stop: async () => {} }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', side.url)
    const { searchParams: query } = url
    void answer(url, query).then(({ status = 200, location, type = 'text/html; charset=utf-8', body = '' }) => {
      response.writeHead(status, { 'Content-Type': type, ...(location && { Location: location }) }).end(body)
    })
  })
  async function answer(url: URL, query: URLSearchParams) {
    if (url.pathname === '/sidebar/sign') {
      const nonceStr = 'n0nce'
      const timestamp = '1760000000'
      const known = side.wrongSignature ? 'wrong' : await ticket(query.get('kind'))
      const signed = `jsapi_ticket=${known}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${query.get('url') ?? ''}`
      const signature = createHash('sha1').update(signed).digest('hex')
      return { type: 'application/json', body: JSON.stringify({ timestamp, nonceStr, signature }) }
    }
    if (query.has('login')) {
      const back = encodeURIComponent(`${side.url}/sidebar`)
      const login = `appid=${corpid}&redirect_uri=${back}&response_type=code&scope=snsapi_base&state=s1&agentid=${agentId}`
      return { status: 302, location: `${simulator}/connect/oauth2/authorize?${login}#wechat_redirect` }
    }
    if (!query.has('code')) return { status: 404 }
    const who = await read(`/cgi-bin/auth/getuserinfo?code=${query.get('code') ?? ''}`)
    return { body: pageOf(simulator, String(who['userid'])) }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  side.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  side.stop = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return side
}

const pageOf = (simulator: string, who: string) => `<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<link rel="icon" href="data:,"><body style="font:15px sans-serif;padding:14px">
<h3 id="who">${who}</h3><pre id="context"></pre><button id="go" style="padding:8px 16px">发优惠卡</button> <button id="old">旧版</button><pre id="sent"></pre>
<script src="${simulator}/jssdk-stand-in.js"></script><script>
const sign = (kind) => (url) => fetch('/sidebar/sign?kind=' + kind + '&url=' + encodeURIComponent(url)).then((r) => r.json())
const show = (id, value) => { document.getElementById(id).textContent = JSON.stringify(value) }
ww.register({ corpId: '${demoCorp.corpid}', agentId: ${demoCorp.agentId},
  jsApiList: ['getContext', 'getCurExternalContact', 'getCurExternalChat', 'sendChatMessage'],
  getConfigSignature: sign('corp'), getAgentConfigSignature: sign('agent') })
const settled = (call) => call.then((res) => res, (res) => res)
Promise.all([settled(ww.getContext()), settled(ww.getCurExternalContact()), settled(ww.getCurExternalChat())])
  .then((all) => show('context', all))
document.getElementById('old').onclick = async () => {
  const url = location.href.split('#')[0]
  const [corp, agent] = await Promise.all([sign('corp')(url), sign('agent')(url)])
  wx.config({ beta: true, appId: '${demoCorp.corpid}', ...corp, jsApiList: ['agentConfig'] })
  wx.ready(() => wx.agentConfig({ corpid: '${demoCorp.corpid}', agentid: '${demoCorp.agentId}', ...agent,
    jsApiList: ['getCurExternalContact'], fail: (res) => show('sent', res),
    success: () => wx.invoke('getCurExternalContact', {}, (res) => show('sent', res)) }))
}
document.getElementById('go').onclick = () => ww.sendChatMessage({ msgtype: 'miniprogram',
  miniprogram: { appid: 'wx00000000000demo2', title: '领 20 元券', imgUrl: '', page: 'pages/coupon.html' },
  success: (res) => show('sent', res), fail: (res) => show('sent', res) })
</script></body></html>`
