import type { GroupSendEstimate } from '../../api/types.js'
import { Counts, Fields, Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'
import { KIND_WORDS } from './names.js'
import type { Kind } from './shown.js'

const FIRST = 10

/** Whom it would reach and by whom, who is left out and why; nothing of it is sent before members confirm. */
export function Estimate({ estimate, kind }: { estimate: GroupSendEstimate; kind: Kind }) {
  const { t, label, number } = useWords()
  const { targets, planned, owners, tasks, skipped, notAllowed, departments, largest, asOf, for: at } = estimate
  const out = Object.values(skipped).reduce((sum: number, one) => sum + one, 0)
  const rest = owners - Math.min(largest.length, FIRST)
  return (
    <div className="stack" data-testid="send-estimate">
      <Fields
        lines={[
          [t('send.estimate.targets'), t(KIND_WORDS[kind].n, { n: number(targets) })],
          [t('send.estimate.planned'), <b key="planned">{number(planned)}</b>],
          [t('send.estimate.tasks'), t('send.estimate.asked', { owners: number(owners), tasks: number(tasks) })],
          departments > 0 ? [t('send.departments'), t('send.estimate.departments', { n: departments })] : undefined,
          [
            t('group-send.skipped'),
            out === 0 ? t('send.estimate.nobody') : <Counts key="skipped" kind="reason" counts={skipped} />,
          ],
          Object.keys(notAllowed).length > 0
            ? [label('reason', 'not-allowed'), <Counts key="rules" kind="reason" counts={notAllowed} />]
            : undefined,
          largest.length > 0 && kind !== 'moments'
            ? [
                t('send.estimate.largest'),
                <ul key="largest" className="counts">
                  {largest.slice(0, FIRST).map(({ staff, targets: count }) => (
                    <li key={staff}>
                      {staff} <b>{number(count)}</b>
                    </li>
                  ))}
                  {rest > 0 && <li className="quiet">{t('send.estimate.more', { n: number(rest) })}</li>}
                </ul>,
              ]
            : undefined,
          [t('send.estimate.for'), <Moment key="for" at={at} />],
          [t('send.estimate.as-of'), <Moment key="asOf" at={asOf} />],
        ]}
      />
      {planned === 0 && departments === 0 && <p className="bad">{t('send.estimate.empty')}</p>}
      {kind !== 'moments' && <p className="quiet small">{t('send.estimate.own')}</p>}
    </div>
  )
}
