import { Tag } from 'antd'
import { call } from '../../api/browser.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import type { AccountMenus } from './menu-editor.js'

const STATES: Readonly<Record<AccountMenus['publications'][number]['state'], readonly [string, AnyWord]>> = {
  publishing: ['processing', 'menu.state.publishing'],
  done: ['success', 'menu.state.done'],
  differs: ['warning', 'menu.state.differs'],
  failed: ['error', 'menu.state.failed'],
}

/** What was put on WeChat, newest first; what was there before the newest ones can be put back. */
export function History({ of, again }: { of: AccountMenus; again(): void }) {
  const { t } = useWords()
  const may = useMay()
  const { account, live, publications } = of
  return (
    <section className="panel" data-testid="publications">
      <h2>{t('menu.history')}</h2>
      {publications.length === 0 && <p className="quiet">{t('menu.history.none')}</p>}
      <ul className="rows">
        {publications.map(({ number, at, by, state, slugs, restores, changes, problem, unrestorable }) => (
          <li key={number}>
            <span className="grow">
              #{number} <Tag color={STATES[state][0]}>{t(STATES[state][1])}</Tag>
              {restores === undefined
                ? t('menu.history.line', { slugs: slugs.join(t('list.comma')), n: changes })
                : t('menu.history.restored', { n: restores })}{' '}
              <span className="quiet">
                {by} <Moment at={at} />
              </span>
              {problem !== undefined && <div className="bad">{problem}</div>}
              {unrestorable !== undefined && <div className="quiet">{t('menu.unrestorable')}</div>}
            </span>
            {live && may('content:write') && unrestorable === undefined && (
              <Ask
                danger
                label={t('menu.restore')}
                title={t('menu.restore.title', { n: number })}
                about={t('menu.restore.about')}
                done={t('menu.restored')}
                act={() => call('restoreMenus', { params: { account }, body: { seen: live.hash, number } })}
                after={again}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
