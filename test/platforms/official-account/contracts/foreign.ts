import API from 'co-wechat-api'

/** co-wechat-api with every one of its methods, most of which its type file leaves out. */
export type Foreign = Record<string, (...args: readonly unknown[]) => Promise<Record<string, unknown>>>

/**
 * The package as it is, its own tokens, transport and parsing included. About 80 methods hard-code the platform's host,
 * so the address is rewritten where all of them pass.
 */
export function foreignClient(base: string, app: { appid: string; secret: string }): Foreign {
  class Elsewhere extends API {
    override request(url: string, options?: Parameters<API['request']>[1], retry?: number): Promise<unknown> {
      const asked = new URL(url)
      return super.request(base + asked.pathname + asked.search, options, retry)
    }
  }
  const client = new Elsewhere(app.appid, app.secret)
  return new Proxy(client, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') throw new Error(`co-wechat-api has no ${String(name)}`)
      return (...args: readonly unknown[]) => Reflect.apply(method, target, args)
    },
  }) as unknown as Foreign
}

/** The errcode a call of the package ended with; undefined when it worked. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
    return undefined
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? error.code : String(error)
  }
}
