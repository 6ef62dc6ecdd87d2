// Stands in for the script of @wecom/jssdk (window.ww) and the older jweixin (window.wx) inside the chat tool bar of the
// simulator. The page around answers each call; see simulator/README.md.
;(() => {
  const waiting = new Map()
  let last = 0
  let registered
  let registering

  function post(api, params) {
    if (window.parent === window) {
      return Promise.reject({ errMsg: `${api}:fail not in WeCom`, errCode: -1 })
    }
    last += 1
    const id = last
    window.parent.postMessage({ weloop: 'jssdk', id, api, params: JSON.parse(JSON.stringify(params ?? {})) }, '*')
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }

  addEventListener('message', (event) => {
    const { weloop, id, ok, res } = event.data ?? {}
    const one = weloop === 'jssdk' && event.source === window.parent ? waiting.get(id) : undefined
    if (!one) return
    waiting.delete(id)
    if (ok) one.resolve(res)
    else one.reject(res)
  })

  const pageUrl = () => location.href.split('#')[0]
  const plain = ({ timestamp, nonceStr, signature }) => ({ timestamp, nonceStr, signature })

  /** Signs for this page and tells the client; once, as the SDK does. */
  function prepare() {
    if (!registered) return Promise.resolve()
    registering ??= (async () => {
      const { corpId, agentId, jsApiList, getConfigSignature, getAgentConfigSignature } = registered
      const url = pageUrl()
      const config = getConfigSignature && plain(await getConfigSignature(url))
      const agentConfig = getAgentConfigSignature && plain(await getAgentConfigSignature(url))
      const end = await post('register', { corpId, agentId, jsApiList, url, config, agentConfig })
      tell('Config', end.config)
      tell('AgentConfig', end.agentConfig)
    })()
    return registering
  }

  function tell(name, end) {
    if (end === null || end === undefined) return
    const api = name === 'Config' ? 'config' : 'agentConfig'
    if (end === 'ok') registered[`on${name}Success`]?.({ errMsg: `${api}:ok` })
    else registered[`on${name}Fail`]?.({ errMsg: `${api}:fail ${end}`, errCode: -1 })
  }

  const functions = new Set(['success', 'fail', 'complete'])

  function call(api, params = {}) {
    const given = Object.fromEntries(Object.entries(params).filter(([name]) => !functions.has(name)))
    const done = prepare().then(() => post(api, given))
    done.then(
      (res) => {
        params.success?.(res)
        params.complete?.(res)
      },
      (res) => {
        params.fail?.(res)
        params.complete?.(res)
      },
    )
    return done
  }

  const API = [
    'getContext',
    'getCurExternalContact',
    'getCurExternalChat',
    'sendChatMessage',
    'checkJsApi',
    'closeWindow',
  ]
  const ww = {
    SDK_VERSION: 'stand-in',
    env: { isWeCom: true, isWechat: false },
    register(options) {
      registered = { jsApiList: [], ...options }
      registering = undefined
      prepare().catch((problem) => registered.onAgentConfigFail?.(problem))
    },
  }
  for (const api of API) ww[api] = (params) => call(api, params)
  window.ww = ww

  let ready = []
  const wx = {
    config({ appId, timestamp, nonceStr, signature, jsApiList = [] }) {
      const config = { timestamp, nonceStr, signature }
      registered = { corpId: appId, jsApiList, getConfigSignature: () => config }
      for (const run of ready.splice(0)) setTimeout(run)
      ready = { push: (run) => setTimeout(run), splice: () => [] }
    },
    ready: (run) => void ready.push(run),
    error() {},
    agentConfig({ corpid, agentid, timestamp, nonceStr, signature, jsApiList = [], success, fail }) {
      const agentConfig = { timestamp, nonceStr, signature }
      const before = registered?.getConfigSignature
      registered = {
        corpId: corpid,
        agentId: agentid,
        jsApiList,
        ...(before && { getConfigSignature: before }),
        getAgentConfigSignature: () => agentConfig,
        onAgentConfigSuccess: success,
        onAgentConfigFail: fail,
      }
      registering = undefined
      prepare().catch((problem) => fail?.(problem))
    },
    invoke(api, params, done) {
      const told = (res) => done?.({ ...res, err_msg: res.errMsg })
      call(api, params).then(told, told)
    },
    checkJsApi: (params) => call('checkJsApi', params),
    closeWindow: () => call('closeWindow'),
  }
  window.wx = wx
  if (!window.jWeixin) window.jWeixin = wx
})()
