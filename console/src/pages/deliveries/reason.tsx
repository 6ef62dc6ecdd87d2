import type { Delivery } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'

/** Why it ended so, in words, with the platform’s code. */
export function Reason({
  delivery,
}: {
  delivery: Pick<Delivery, 'reason' | 'code' | 'detail' | 'resentAs' | 'settled'>
}) {
  const { t, label } = useWords()
  const { reason, code, detail, resentAs, settled } = delivery
  return (
    <>
      {reason !== undefined && label('reason', reason)}
      {code !== undefined && <code> {code}</code>}
      {detail !== undefined && <div className="quiet">{detail}</div>}
      {resentAs !== undefined && <div className="quiet">{t('deliveries.resent')}</div>}
      {settled && <div className="quiet">{t('deliveries.settled', { who: settled.who ?? settled.by })}</div>}
      {reason === undefined && code === undefined && detail === undefined && !resentAs && !settled && '—'}
    </>
  )
}
