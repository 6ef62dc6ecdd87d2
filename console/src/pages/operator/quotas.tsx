import { Button, Progress } from 'antd'
import { useState } from 'react'
import { useCall } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** Calls left today as the platform says; asked for only when somebody wants to know. */
export function Quotas({ id }: { id: string }) {
  const { t, number } = useWords()
  const [asked, setAsked] = useState(false)
  const { data, problem, loading, again } = useCall('readAccountQuotas', asked ? { params: { id } } : undefined)
  return (
    <section className="panel">
      <header>
        <h2>{t('quotas.title')}</h2>
        <Button loading={loading} onClick={() => (asked ? again() : setAsked(true))} data-testid="quotas">
          {t('quotas.ask')}
        </Button>
      </header>
      <p className="quiet">
        {t('quotas.about')} {data && <Moment at={data.at} />}
      </p>
      {problem && <ProblemAlert problem={problem} again={again} />}
      <ul className="rows">
        {(data?.quotas ?? []).map(({ endpoint, limit, used, left, reason }) => (
          <li key={endpoint}>
            <code className="grow">{endpoint}</code>
            {limit === undefined || used === undefined || left === undefined ? (
              <span className="quiet">{reason}</span>
            ) : (
              <>
                <span>{t('quotas.used', { used: number(used), limit: number(limit) })}</span>
                <Progress
                  className="quota"
                  percent={limit === 0 ? 100 : Math.min(100, Math.round((used / limit) * 100))}
                  status={left === 0 ? 'exception' : 'normal'}
                  size="small"
                />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
