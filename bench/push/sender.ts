import { createHash } from 'node:crypto'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import type { BulkSender } from '../../src/outbox/bulk/ports.js'
import { createClient } from '../../src/platforms/official-account/client.js'
import { outcomeOf } from '../../src/platforms/official-account/outcome.js'
import { createHttpClient, type HttpClientOptions } from '../../src/platforms/shared/http-client.js'
import type { TokenStore } from '../../src/platforms/shared/token-store.js'

/** The product's own client of the platform as the bulk sender uses it: text by customer message, notices by template. */
export function senderOf(apiBase: string, tokenStore: TokenStore, options: HttpClientOptions): BulkSender {
  const client = createClient({
    appid: 'wxbench0000000000',
    secret: 'bench-secret-of-32-characters-000',
    apiBase,
    http: createHttpClient(options),
    tokenStore,
    clock: systemClock,
    log: silentLogger,
  })
  return {
    async send(message, { to, key }) {
      try {
        if (message.kind === 'text') {
          await client.messages.send(to, { type: 'text', content: message.text })
          return { state: 'sent' }
        }
        if (message.kind !== 'filled-notice') return { state: 'failed', reason: 'text and notices only' }
        const clientMsgId = createHash('sha256').update(key).digest('hex').slice(0, 32)
        const data = message.fields
        const receipt = await client.templates.send({ to, templateId: message.template, data, clientMsgId })
        return { state: 'sent', receipt }
      } catch (error) {
        return outcomeOf(error, new Date())
      }
    },
  }
}
