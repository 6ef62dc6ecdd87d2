import { recordOf } from '../../shared/answer-json.js'
import type { WeChatApi } from './api.js'

/** A customer-service account of the Official Account. */
export interface StaffAccount {
  /** E.g. `amy@shop`. */
  account: string
  nickname: string
}

/** Customer-service accounts (客服账号). */
export interface Staff {
  list(): Promise<StaffAccount[]>
}

/** The group's methods on an API. */
export function staff(api: WeChatApi): Staff {
  return {
    list: async () => {
      const list = (await api.call('/cgi-bin/customservice/getkflist'))['kf_list']
      if (!Array.isArray(list)) return []
      return list.map((item) => {
        const fields = recordOf(item) ?? {}
        return { account: String(fields['kf_account'] ?? ''), nickname: String(fields['kf_nick'] ?? '') }
      })
    },
  }
}
