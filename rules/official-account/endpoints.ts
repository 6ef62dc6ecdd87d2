import type { Capability } from './kinds.js'

/**
 * What an account must be able to do for a path. A key that ends with `/` stands for everything below it; the longest
 * match counts. Paths that are not listed are open to every account.
 */
const table: Readonly<Record<string, Capability>> = {
  '/cgi-bin/message/custom/': 'customer-messages',
  '/cgi-bin/customservice/': 'customer-messages',
  '/customservice/': 'customer-messages',
  '/cgi-bin/message/mass/': 'mass-by-tag',
  '/cgi-bin/message/mass/send': 'mass-by-openid',
  '/cgi-bin/media/uploadvideo': 'mass-by-tag',
  '/cgi-bin/message/template/send': 'template-messages',
  '/cgi-bin/template/': 'template-messages',
  '/wxa/sec/queryblocktmplmsg': 'template-messages',
  '/cgi-bin/message/subscribe/bizsend': 'subscription-notices',
  '/wxaapi/newtmpl/': 'subscription-notices',
  '/cgi-bin/message/template/subscribe': 'one-time-subscription',
  '/cgi-bin/user/': 'users',
  '/cgi-bin/tags/': 'users',
  '/cgi-bin/changeopenid': 'users',
  '/cgi-bin/qrcode/create': 'scene-codes',
  '/cgi-bin/shorten/': 'scene-codes',
  '/sns/': 'web-login',
  '/connect/oauth2/authorize': 'web-login',
  '/cgi-bin/menu/': 'menu',
  '/cgi-bin/draft/': 'drafts',
  '/cgi-bin/freepublish/': 'publish',
  '/datacube/': 'statistics',
}

const folders = Object.keys(table)
  .filter((path) => path.endsWith('/'))
  .sort((a, b) => b.length - a.length)

/** The capability a path needs; undefined when every account may call it. */
export function capabilityOf(path: string): Capability | undefined {
  const folder = folders.find((start) => path.startsWith(start))
  return table[path] ?? (folder === undefined ? undefined : table[folder])
}
