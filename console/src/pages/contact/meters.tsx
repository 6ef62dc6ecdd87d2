import { Progress, Skeleton } from 'antd'
import { windows as rules } from '../../../../rules/official-account/windows.js'
import type { Contact } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

const mostOf = (trigger: string) => rules.find((rule) => rule.trigger === trigger)?.messages ?? 1

/** By which ways she can be written to now: what is left of each window, and of each acceptance of a template. */
export function Meters({ contact }: { contact: Contact }) {
  const { t, label } = useWords()
  const { data, problem, again } = useCall('getWindows', { params: { id: contact.id } }, { everyMs: 30_000 })
  const follower = contact.identities.find(({ platform }) => platform === 'official-account')
  if (problem) return <ProblemAlert problem={problem} again={again} />
  if (!data) return <Skeleton active paragraph={{ rows: 2 }} />
  return (
    <div className="stack">
      {data.windows.length === 0 && <p className="quiet">{t('cust.window.closed')}</p>}
      {data.windows.map(({ account, trigger, remaining, until }) => (
        <div key={`${account}:${trigger}`} data-testid="window">
          <b>{label('trigger', trigger)}</b> <span className="quiet">{account}</span>{' '}
          {remaining > 0 ? t('cust.window.left', { n: remaining, of: mostOf(trigger) }) : t('cust.window.spent')}{' '}
          <Moment at={until} />{' '}
          <Progress
            percent={Math.round((remaining / mostOf(trigger)) * 100)}
            steps={mostOf(trigger)}
            showInfo={false}
            status={remaining > 1 ? 'success' : 'exception'}
          />
        </div>
      ))}
      <p className="quiet">{t('cust.window.about')}</p>
      <div>
        <b>{t('cust.credits')}</b>
        {data.credits.length === 0 && <p className="quiet">{t('cust.credits.none')}</p>}
        <ul className="counts">
          {data.credits.map(({ account, template, credits }) => (
            <li key={`${account}:${template}`}>
              {account} <code>{template}</code> <b>× {credits}</b>
            </li>
          ))}
        </ul>
      </div>
      {follower && (
        <p className={follower.following ? '' : 'quiet'}>
          {follower.following ? t('cust.template.yes') : t('cust.template.no')}
        </p>
      )}
    </div>
  )
}
