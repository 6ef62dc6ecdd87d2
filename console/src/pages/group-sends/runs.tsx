import { Alert, Select } from 'antd'
import type { GroupSendRun } from '../../api/types.js'
import { Moment, State } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'

/** Which run is looked at, how it stands, and why it was skipped or called off. */
export function RunHead(props: {
  runs: readonly GroupSendRun[]
  occurrence: string
  names: Readonly<Record<string, string>>
  /** What the page says of all of it already. */
  said: string | undefined
  choose(occurrence: string): void
}) {
  const { runs, occurrence, names, said, choose } = props
  const { t } = useWords()
  const run = runs.find((one) => one.occurrence === occurrence)
  return (
    <div className="stack">
      <div className="actions send-line">
        {runs.length > 1 && (
          <Select
            value={occurrence}
            aria-label={t('campaign.runs')}
            options={runs.map((one) => ({ value: one.occurrence, label: one.occurrence.replace('T', ' ') }))}
            onChange={choose}
            className="filter"
          />
        )}
        {run && (
          <span data-testid="send-run">
            <State kind="run" code={run.state} /> <Moment at={run.dueAt} />
          </span>
        )}
      </div>
      {run?.reason && run.reason.text !== said && <Alert type="warning" showIcon title={run.reason.text} />}
      {run?.cancelled && run.reason === undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('send.run.cancelled', { who: names[run.cancelled.by] ?? run.cancelled.by })}
          {...(run.cancelled.note !== undefined && { description: run.cancelled.note })}
        />
      )}
    </div>
  )
}
