import { call } from '../../api/browser.js'
import type { Delivery } from '../../api/types.js'
import { Ask } from '../../shell/ask.js'
import { useWords } from '../../words/use-words.js'

const WAITS: ReadonlySet<string> = new Set(['queued', 'retry'])
const ENDED: ReadonlySet<string> = new Set(['failed', 'uncertain', 'skipped', 'expired', 'cancelled'])

/** 补发, 视为已发, call back: what the delivery’s state allows. */
export function Settle({ delivery, again }: { delivery: Delivery; again(): void }) {
  const { t } = useWords()
  const { key, state, resentAs, settled } = delivery
  const params = { key }
  return (
    <div className="actions">
      {ENDED.has(state) && resentAs === undefined && !settled && (
        <Ask
          label={t('act.resend')}
          title={t('act.resend')}
          about={state === 'uncertain' ? t('resend.about.uncertain') : t('resend.about')}
          danger={state === 'uncertain'}
          done={t('act.done')}
          act={() => call('resendDelivery', { params })}
          after={again}
        />
      )}
      {state === 'uncertain' && (
        <Ask
          label={t('act.treat-as-sent')}
          title={t('act.treat-as-sent')}
          about={t('treat-as-sent.about')}
          primary
          done={t('act.done')}
          act={() => call('treatDeliveryAsSent', { params })}
          after={again}
        />
      )}
      {WAITS.has(state) && (
        <Ask
          label={t('act.cancel-delivery')}
          title={t('act.cancel-delivery')}
          danger
          done={t('act.done')}
          act={() => call('cancelDelivery', { params })}
          after={again}
        />
      )}
    </div>
  )
}
