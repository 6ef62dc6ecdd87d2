import type { WecomApi } from './api.js'
import { fieldsOf, idsOf, numberOf, rowsOf, textOf } from './read.js'

/** The app as the platform sees it. */
export interface AppInfo {
  name: string
  /** Switched off by the administrator. */
  closed: boolean
  /** Trusted domain for pages; empty when none is set. */
  domain: string
  staff: string[]
  departments: number
}

/** What the platform tells of itself and of our app. */
export interface Servers {
  /** The addresses that pushes come from. */
  callbackIps(): Promise<string[]>
  /** The addresses of the API. */
  apiIps(): Promise<string[]>
  app(): Promise<AppInfo>
}

/** The group's methods on an API. */
export function servers(api: WecomApi, agentId: number): Servers {
  return {
    callbackIps: async () => idsOf((await api.call('/cgi-bin/getcallbackip'))['ip_list']),
    apiIps: async () => idsOf((await api.call('/cgi-bin/get_api_domain_ip'))['ip_list']),
    app: async () => {
      const answer = await api.call('/cgi-bin/agent/get', { query: { agentid: String(agentId) } })
      const departments = fieldsOf(answer['allow_partys'])['partyid']
      return {
        name: textOf(answer, 'name'),
        closed: numberOf(answer, 'close') === 1,
        domain: textOf(answer, 'redirect_domain'),
        staff: rowsOf(fieldsOf(answer['allow_userinfos'])['user']).map((row) => textOf(row, 'userid')),
        departments: Array.isArray(departments) ? departments.length : 0,
      }
    },
  }
}
