import type { CorpEndpoint } from '../../api/answer.js'
import { deskAccountEndpoints } from './accounts.js'
import { deskCustomerEndpoints } from './customers.js'
import { deskSendEndpoints } from './send.js'
import { deskStateEndpoints } from './states.js'
import { deskStatisticEndpoints } from './statistics.js'
import { deskSyncEndpoints } from './sync.js'

/** The desk (微信客服). */
export const deskEndpoints: Record<string, CorpEndpoint> = {
  ...deskAccountEndpoints,
  ...deskCustomerEndpoints,
  ...deskSendEndpoints,
  ...deskStateEndpoints,
  ...deskStatisticEndpoints,
  ...deskSyncEndpoints,
}
