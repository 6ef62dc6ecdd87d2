const PLAIN_NAME = /^[\w@.-]*$/
const ROOT = '<xml>'
const ROOT_END = '</xml>'
const NAME = '<ToUserName><![CDATA['
const NAME_END = ']]></ToUserName>'
const SEALED = '<Encrypt><![CDATA['
const SEALED_END = ']]></Encrypt>'

/**
 * The encrypted text of an envelope that has exactly the form WeChat and WeCom send: `<xml>` of `Encrypt` and at most
 * one `ToUserName`, in CDATA, in either order, with white space between. Undefined for everything else, right or wrong:
 * that is for `parseXml` to judge. What this finds in a document, `parseXml` finds too; only the encrypted text itself
 * is not looked at here, because `EnvelopeCrypto.open` takes nothing but base64.
 */
export function sealedIn(source: string): string | undefined {
  let at = skipSpace(source, 0)
  if (!source.startsWith(ROOT, at)) return undefined
  at = skipSpace(source, at + ROOT.length)
  let named = false
  let sealed: string | undefined
  while (!source.startsWith(ROOT_END, at)) {
    if (!named && source.startsWith(NAME, at)) {
      const end = source.indexOf(NAME_END, at)
      if (end < 0 || !PLAIN_NAME.test(source.slice(at + NAME.length, end))) return undefined
      named = true
      at = skipSpace(source, end + NAME_END.length)
    } else if (sealed === undefined && source.startsWith(SEALED, at)) {
      const end = source.indexOf(']]>', at)
      if (end < 0 || !source.startsWith(SEALED_END, end)) return undefined
      sealed = source.slice(at + SEALED.length, end)
      at = skipSpace(source, end + SEALED_END.length)
    } else return undefined
  }
  return skipSpace(source, at + ROOT_END.length) === source.length ? sealed : undefined
}

function skipSpace(source: string, from: number): number {
  let at = from
  for (;;) {
    const code = source.charCodeAt(at)
    if (code !== 10 && code !== 32 && code !== 13 && code !== 9) return at
    at++
  }
}
