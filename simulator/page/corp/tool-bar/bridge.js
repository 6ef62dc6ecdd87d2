import { corp } from '../store.js'

/** getContext's entry for each kind of chat. */
const entryOf = (chat) => (chat.kf ? 'single_kf_tools' : chat.group ? 'group_chat_tools' : 'single_chat_tools')

/**
 * Answers the JS-SDK stand-in of a page in the tool bar. `chat` is {person} | {group} | {kf, person}, `close` ends the
 * panel, `told(text)` hears what was called. Gives the listener for the window's messages.
 */
export function createBridge(frame, { staff, chat, close, told }) {
  let granted = new Set()

  const apis = {
    getContext: () => ({ entry: entryOf(chat) }),
    getCurExternalContact: () => {
      if (!chat.person) throw new Error('without context of external contact')
      return { userId: chat.person }
    },
    getCurExternalChat: () => {
      if (!chat.group) throw new Error('without context of external chat')
      return { chatId: chat.group }
    },
    sendChatMessage: async ({ enterChat: _, ...message }) => {
      await corp('POST', `/tools/${staff}/send`, { ...chat, message })
      return {}
    },
    closeWindow: () => {
      close()
      return {}
    },
  }

  async function register(params) {
    const { jsApiList = [], ...given } = params
    const end = await corp('POST', '/tools/register', given)
    const fine = end.agentConfig === 'ok' && (end.config === null || end.config === 'ok')
    granted = new Set(fine ? jsApiList : [])
    told(`agentConfig:${end.agentConfig}`)
    return end
  }

  async function run(api, params) {
    if (api === 'register') return register(params)
    if (api === 'checkJsApi') {
      return { checkResult: Object.fromEntries((params.jsApiList ?? []).map((name) => [name, name in apis])) }
    }
    if (!Object.hasOwn(apis, api)) throw new Error('the method is not supported')
    if (!granted.has(api) && api !== 'closeWindow') throw new Error('no permission')
    return apis[api](params)
  }

  return async function hear(event) {
    const { weloop, id, api, params } = event.data ?? {}
    if (weloop !== 'jssdk' || event.source !== frame.contentWindow || typeof api !== 'string') return
    const answer = (ok, res) => event.source?.postMessage({ weloop: 'jssdk', id, ok, res }, event.origin)
    try {
      const res = await run(api, params ?? {})
      if (api !== 'register') told(`${api}:ok`)
      answer(true, { ...res, errMsg: `${api}:ok` })
    } catch (error) {
      told(`${api}:fail ${error.message}`)
      answer(false, { errMsg: `${api}:fail ${error.message}`, errCode: -1 })
    }
  }
}
