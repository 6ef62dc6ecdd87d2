declare module 'co-wechat' {
  /** The Koa middleware of co-wechat 2.4.0, as far as the bench uses it. */
  interface Options {
    token: string
    appid: string
    encodingAESKey?: string
  }
  interface Wechat {
    middleware(handler: (message: { Content: string }) => Promise<string>): import('koa').Middleware
  }
  const wechat: (options: Options | string) => Wechat
  export default wechat
}
