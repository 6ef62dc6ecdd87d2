const OFFICIAL_HOST = 'qyapi.weixin.qq.com'
const OFFICIAL_SDK = 'https://wwcdn.weixin.qq.com/node/open/js/wecom-jssdk-2.3.4.js'

/** Where the JS-SDK's UMD build is: as configured, else WeCom's own, or the stand-in beside a simulated API. */
export function sdkUrlOf(configured: string, apiBase: string): string {
  if (configured !== '') return configured
  return new URL(apiBase).hostname === OFFICIAL_HOST ? OFFICIAL_SDK : new URL('/jssdk-stand-in.js', apiBase).href
}
