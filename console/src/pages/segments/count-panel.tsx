import { Alert, Spin, Tag } from 'antd'
import { Link } from 'react-router'
import { useMay } from '../../session/use-session.js'
import { Moment } from '../../shell/bits.js'
import { ProblemText } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import type { LiveCount } from './use-count.js'

/** How many are meant now, with some of them; says while it counts, and what keeps it from counting. */
export function CountPanel({ count }: { count: LiveCount }) {
  const { t, number, moment } = useWords()
  const may = useMay()
  const { found, problem, counting, stale } = count
  return (
    <section className="panel seg-count" aria-live="polite" data-testid="count" data-stale={stale}>
      <header>
        <h2>{t('seg.count.title')}</h2>
        {counting && (
          <span className="quiet" data-testid="counting">
            <Spin size="small" /> {t('seg.counting')}
          </span>
        )}
      </header>
      {found && (
        <div className={stale ? 'seg-stale' : ''}>
          <div className="figure-value" data-testid="count-value">
            {number(found.count)}
          </div>
          <div className="quiet">{t('seg.count.as-of', { at: moment(found.asOf) })}</div>
        </div>
      )}
      {!found && !problem && !counting && <p className="quiet">—</p>}
      {problem && problem.fields.length === 0 && (
        <Alert type="error" showIcon title={<ProblemText problem={problem} />} />
      )}
      {problem && problem.fields.length > 0 && (
        <Alert type="warning" showIcon title={t('seg.count.unfinished', { n: problem.fields.length })} />
      )}
      {found && found.sample.length > 0 && (
        <ul className="rows">
          {found.sample.map(({ contact, name, lastSeenAt, tags }) => (
            <li key={contact}>
              <span className="grow">
                {may('contacts:read') ? (
                  <Link to={`/contacts/${contact}`}>{name ?? contact.slice(-8)}</Link>
                ) : (
                  (name ?? contact.slice(-8))
                )}{' '}
                {tags.slice(0, 3).map((tag) => (
                  <Tag key={tag}>{tag}</Tag>
                ))}
              </span>
              <Moment at={lastSeenAt} />
            </li>
          ))}
        </ul>
      )}
      {found && found.count === 0 && !stale && <p className="quiet">{t('seg.count.nobody')}</p>}
    </section>
  )
}
