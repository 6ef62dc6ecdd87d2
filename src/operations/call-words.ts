import { errorRules, errorSource } from '../../rules/official-account/errors.js'
import { wecomErrorRules, wecomErrorSource } from '../../rules/wecom/errors.js'

/** A text in both languages. */
export interface InWords {
  zh: string
  en: string
}

/** What a code means, what to do about it, and where that was read. */
export interface CodeInWords {
  reason: InWords
  fix: InWords
  source?: string
}

const ENDS: Readonly<Record<string, CodeInWords>> = {
  'not-sent': {
    reason: { zh: '没有连上平台，请求未发出', en: 'no connection was made, nothing was sent' },
    fix: {
      zh: '检查本机到平台的 DNS、防火墙与代理',
      en: 'Check DNS, firewall and proxy between here and the platform',
    },
  },
  uncertain: {
    reason: { zh: '请求已发出，但没有完整的应答', en: 'it was sent, and no whole answer came' },
    fix: { zh: '可能已生效：核实后再决定是否重做', en: 'It may have worked: look before repeating it' },
  },
}

/**
 * The words for a code that a call ended with; undefined for success. A code that the table does not hold is sent to the
 * platform's own list.
 */
export function codeInWords(platform: 'official-account' | 'wecom', code: string): CodeInWords | undefined {
  if (code === '0') return undefined
  const end = ENDS[code]
  if (end) return end
  if (code.startsWith('http-')) {
    const status = code.slice(5)
    return {
      reason: { zh: `网关返回 HTTP ${status}`, en: `a gateway answered HTTP ${status}` },
      fix: {
        zh: '检查配置中的 apiBase 以及途中的代理',
        en: 'Check apiBase in the configuration and any proxy on the way',
      },
    }
  }
  const wecom = platform === 'wecom'
  const row = wecom ? wecomErrorRules.get(Number(code)) : errorRules.get(Number(code))
  const source = wecom ? wecomErrorSource : errorSource
  if (row) return { reason: { zh: row.zh, en: row.en }, fix: row.fix, source }
  return {
    reason: { zh: '平台拒绝了请求，错误表里没有此码', en: 'the platform refused; our table does not have this code' },
    fix: { zh: `在「${source}」中查找 ${code}`, en: `Look ${code} up in ${source}` },
  }
}
