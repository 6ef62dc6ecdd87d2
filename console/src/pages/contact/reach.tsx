import { Skeleton, Tag } from 'antd'
import type { Contact } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { Fields, Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** By which ways she can be written to now, and what she agreed to. */
export function Reach({ contact }: { contact: Contact }) {
  const { t, label } = useWords()
  const { data, problem, again } = useCall('getWindows', { params: { id: contact.id } }, { everyMs: 30_000 })
  const consents = Object.entries(contact.consents)
  return (
    <div className="stack">
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active paragraph={{ rows: 1 }} />}
      {data && data.windows.length === 0 && <p className="quiet">{t('reach.no-window')}</p>}
      {data && (
        <Fields
          lines={[
            ...data.windows.map(
              ({ account, trigger, remaining, until }) =>
                [
                  `${label('trigger', trigger)} · ${account}`,
                  <span key={trigger}>
                    {t('reach.left', { n: remaining })} <Moment at={until} />
                  </span>,
                ] as const,
            ),
            ...data.credits.map(
              ({ account, template, credits }) =>
                [`${t('reach.credit')} · ${account}`, `${template} × ${credits}`] as const,
            ),
          ]}
        />
      )}
      <h3>{t('contact.consents')}</h3>
      {consents.length === 0 ? (
        <p className="quiet">{t('contact.no-consents')}</p>
      ) : (
        <Fields
          lines={consents.map(([purpose, { allowed, at, source }]) => [
            label('purpose', purpose),
            <span key={purpose}>
              <Tag color={allowed ? 'success' : 'error'}>{allowed ? t('consent.yes') : t('consent.no')}</Tag> {source}{' '}
              <Moment at={at} />
            </span>,
          ])}
        />
      )}
    </div>
  )
}
