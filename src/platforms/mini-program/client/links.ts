import { miniProgramLimits as limits } from '../../../../rules/mini-program/limits.js'
import type { Clock } from '../../../core/clock.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { atMost, characters, filled, whole } from '../../official-account/client/check.js'
import { dateOf, fieldsOf, idIn, numberOf, textOf } from '../../official-account/client/read.js'
import { refusedBefore } from '../../official-account/errors.js'
import { checkPath, type Version } from './codes.js'

/** Where a link leads and how long it works. Since 2022-04-11 none works for ever. */
export interface LinkTarget {
  /** A released page, without a leading `/`; standard: the home page. */
  path?: string
  /** E.g. `src=sms&id=1`; at most 1024 characters. */
  query?: string
  version?: Version
  /** A moment within 30 days, or a number of days from 1 to 30. */
  expires: Date | { days: number }
}

/** What the platform knows of a link. */
export interface LinkInfo {
  path: string
  query: string
  createdAt: Date
  expiresAt: Date
  version: string
}

/** Links that open the mini program. Schemes and URL links share 500,000 a day; opening them has a daily limit too. */
export interface Links {
  /** `https://wxaurl.cn/...`: from SMS, mail and web pages outside WeChat. */
  url(target: LinkTarget): Promise<string>
  /** `weixin://dl/business/?t=...`: the same for pages that open it by themselves. */
  scheme(target: LinkTarget): Promise<string>
  /** `#小程序://...`: works inside WeChat only. 30 days unless permanent (100,000 in all). */
  short(page: string, title: string, options?: { permanent?: boolean }): Promise<string>
  queryUrl(link: string): Promise<LinkInfo>
  queryScheme(scheme: string): Promise<LinkInfo>
  /** How many more visits links and schemes take today. */
  visitsLeft(): Promise<number>
}

const URL_LINK = '/wxa/generate_urllink'
const SCHEME = '/wxa/generatescheme'
const SHORT = '/wxa/genwxashortlink'
const DAY_MS = 86_400_000

/** The group's methods on an API. */
export function links(api: WeChatApi, clock: Clock): Links {
  const life = (endpoint: string, expires: LinkTarget['expires']): object => {
    if (!(expires instanceof Date)) {
      whole(endpoint, 'expires.days', expires.days, 1, limits.linkDays)
      return { expire_type: 1, expire_interval: expires.days }
    }
    const days = (expires.getTime() - clock.now().getTime()) / DAY_MS
    if (!(days > 0)) throw refusedBefore(endpoint, 'expires', 'is over already', '有效期已过')
    atMost(endpoint, 'expires', Math.ceil(days), limits.linkDays)
    return { expire_type: 0, expire_time: Math.floor(expires.getTime() / 1000) }
  }
  const place = (endpoint: string, { path = '', query = '', version = 'release' }: LinkTarget) => {
    if (path !== '') checkPath(endpoint, 'path', path)
    atMost(endpoint, 'query', characters(query), limits.linkQuery)
    return { path, query, env_version: version }
  }
  return {
    url: async (target) => {
      const json = { ...place(URL_LINK, target), ...life(URL_LINK, target.expires) }
      return idIn(URL_LINK, await api.call(URL_LINK, { json }), 'url_link')
    },
    scheme: async (target) => {
      const json = { jump_wxa: place(SCHEME, target), ...life(SCHEME, target.expires) }
      return idIn(SCHEME, await api.call(SCHEME, { json }), 'openlink')
    },
    short: async (page, title, { permanent = false } = {}) => {
      filled(SHORT, 'page', page)
      atMost(SHORT, 'page', characters(page), limits.shortLinkPage)
      const json = { page_url: page, page_title: title, is_permanent: permanent }
      return idIn(SHORT, await api.call(SHORT, { json }), 'link')
    },
    queryUrl: async (link) => {
      const answer = await api.call('/wxa/query_urllink', { json: { url_link: link, query_type: 0 } })
      return infoOf(fieldsOf(answer['url_link_info']))
    },
    queryScheme: async (scheme) => {
      const answer = await api.call('/wxa/queryscheme', { json: { scheme, query_type: 0 } })
      return infoOf(fieldsOf(answer['scheme_info']))
    },
    visitsLeft: async () => {
      const answer = await api.call('/wxa/query_urllink', { json: { query_type: 1 } })
      return numberOf(fieldsOf(answer['quota_info']), 'remain_visit_quota')
    },
  }
}

const infoOf = (fields: Record<string, unknown>): LinkInfo => ({
  path: textOf(fields, 'path'),
  query: textOf(fields, 'query'),
  createdAt: dateOf(fields, 'create_time'),
  expiresAt: dateOf(fields, 'expire_time'),
  version: textOf(fields, 'env_version'),
})
