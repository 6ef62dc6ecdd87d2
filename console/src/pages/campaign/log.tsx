import { Card, Timeline } from 'antd'
import { useCall } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** Who did what about a push, and what its runs came to, the newest first. */
export function LogOf({ id, version }: { id: string; version: number }) {
  const { t, label, number } = useWords()
  const { data, problem, again } = useCall('getCampaignLog', { params: { id } }, { everyMs: 30_000 })
  return (
    <Card size="small" title={t('log.title')} data-version={version} data-testid="log">
      {problem && <ProblemAlert problem={problem} again={again} />}
      {data?.lines.length === 0 && <p className="quiet">{t('log.none')}</p>}
      <Timeline
        items={(data?.lines ?? []).map(({ at, type, action, by, name, note, occurrence, people }) => ({
          key: `${at}${type}${action ?? ''}`,
          content: (
            <>
              <Moment at={at} /> {by === undefined || by === '' ? t('log.engine') : (name ?? by)} ·{' '}
              {label('campaign', `log.${action ?? type}`).replace(/^log\./, '')}
              {people !== undefined && ` · ${t('path.people', { n: number(people) })}`}
              {occurrence !== undefined && <span className="quiet"> {occurrence}</span>}
              {note !== undefined && <div className="quiet">{note}</div>}
            </>
          ),
        }))}
      />
    </Card>
  )
}
