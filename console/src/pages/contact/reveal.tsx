import { useState } from 'react'
import { call } from '../../api/browser.js'
import { useMay } from '../../session/use-session.js'
import { Ask, LEAST_REASON } from '../../shell/ask.js'
import { useWords } from '../../words/use-words.js'

/** A value as it came; one that is masked can be shown whole by those who may, with a reason. It is kept nowhere. */
export function Revealable({ path, field, value }: { path: string; field: string; value: string }) {
  const { t } = useWords()
  const may = useMay()('personal:reveal')
  const [whole, setWhole] = useState<string>()
  if (whole !== undefined) return <span data-testid="revealed">{whole}</span>
  if (!isMasked(value) || !may) return <span>{value}</span>
  return (
    <span>
      {value}{' '}
      <Ask
        least={LEAST_REASON}
        label={t('cust.reveal')}
        title={t('cust.reveal.title')}
        about={t('cust.reveal.about')}
        size="small"
        draft={`reveal:${path}:${field}`}
        act={async (reason) => {
          const answer = await call('revealField', { body: { path, field, reason } })
          setWhole(answer.value)
        }}
      />
    </span>
  )
}

/** True for what the server masked: a number, a name. */
export const isMasked = (value: string) => /\d{3}\*{4}/.test(value) || /^.?\*\*(\*\*)?$/u.test(value)
