import { Skeleton, Tag, Typography } from 'antd'
import { Link, useParams } from 'react-router'
import { call } from '../api/browser.js'
import type { ConnectedAccount } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Fields, Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords } from '../words/use-words.js'
import { Encryption, TokenState } from './operator/account-bits.js'
import { Doctor } from './operator/doctor.js'
import { inWords } from './operator/in-words.js'
import { Quotas } from './operator/quotas.js'
import { since } from './operator/units.js'

/** One account: its callback, secrets, tokens, permissions and quotas, and the doctor. */
export const ConnectedAccountPage = inWords(function ConnectedAccountPage() {
  const { t } = useWords()
  const may = useMay()
  const { id = '' } = useParams()
  const { data, problem, again } = useCall('showAccount', { params: { id } }, { everyMs: 15_000 })
  return (
    <Page title={id} back={{ to: '/accounts', title: t('nav.accounts') }}>
      {problem && !data && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && (
        <>
          <div className="two">
            <Callback account={data} />
            <Keys account={data} />
          </div>
          {may('operations:write') && <Doctor id={id} after={again} />}
          <Permissions account={data} after={again} />
          {data.platform === 'official-account' && <Quotas id={id} />}
        </>
      )}
    </Page>
  )
})

function Callback({ account }: { account: ConnectedAccount }) {
  const { t, label } = useWords()
  const { callback, platform, kind, appid, second, miniProgram, over } = account
  return (
    <section className="panel">
      <h2>{t('accounts.callback')}</h2>
      <Fields
        lines={[
          [t('accounts.platform'), `${label('platform', platform)} · ${label('connected', kind)}`],
          [
            t('accounts.appid'),
            <Typography.Text key="appid" code copyable>
              {appid}
            </Typography.Text>,
          ],
          second === undefined ? undefined : [t('accounts.second'), <code key="second">{second}</code>],
          miniProgram === undefined ? undefined : [t('accounts.mini-program'), <code key="mini">{miniProgram}</code>],
          over === undefined
            ? undefined
            : [
                t('accounts.over'),
                <Link key="over" to={`/accounts/${over}`}>
                  {over}
                </Link>,
              ],
          callback && [
            t('accounts.url'),
            <Typography.Text key="url" code copyable data-testid="callback-url">
              {callback.url}
            </Typography.Text>,
          ],
          callback && [t('accounts.encryption'), <Encryption key="encryption" account={account} />],
          callback && [
            t('accounts.last-callback'),
            <span key="last">
              <Moment at={callback.lastAt} /> {callback.lastKind !== undefined && <code>{callback.lastKind}</code>}
            </span>,
          ],
          callback?.checkedAt === undefined
            ? undefined
            : [t('accounts.check'), <Moment key="checked" at={callback.checkedAt} />],
          callback && callback.refused > 0
            ? [
                t('accounts.refused'),
                <span key="refused">
                  {callback.refused} · <Moment at={callback.refusedAt} /> <code>{callback.refusedReason}</code>
                </span>,
              ]
            : undefined,
          [
            t('nav.updates'),
            <Link key="updates" to={`/updates?account=${account.id}`}>
              {t('act.all')}
            </Link>,
          ],
        ]}
      />
    </section>
  )
}

function Keys({ account: { secrets, tokens } }: { account: ConnectedAccount }) {
  const { t } = useWords()
  const names = { secret: 'AppSecret', token: 'Token', aesKey: 'AES Key' } as const
  const state = (value: 'set' | 'demo' | 'missing') => (
    <Tag color={value === 'set' ? 'success' : value === 'demo' ? 'warning' : 'default'}>
      {t(value === 'set' ? 'secret.set' : value === 'demo' ? 'secret.demo' : 'secret.missing')}
    </Tag>
  )
  const rotating = secrets.previousToken !== 'missing' || secrets.previousAesKey !== 'missing'
  return (
    <section className="panel">
      <h2>{t('accounts.secrets')}</h2>
      <Fields
        lines={[
          ...Object.entries(names).map(([key, name]) => [name, state(secrets[key as keyof typeof names])] as const),
          rotating ? [t('accounts.rotating'), t('accounts.rotating.about')] : undefined,
          ...tokens.map(
            (token) =>
              [
                token.of === 'main' ? 'access_token' : `${t('accounts.mini-program')} access_token`,
                <div key={token.of} className="stack">
                  <span>
                    <TokenState token={token} />
                    {token.issuedAt !== undefined && t('token.age', { age: since(token.issuedAt) })}
                  </span>
                  {token.expiresAt !== undefined && (
                    <span className="quiet">
                      {t('token.expires')} <Moment at={token.expiresAt} />
                    </span>
                  )}
                  {token.problem && (
                    <span>
                      {token.problem.reason} <b>{token.problem.fix}</b>
                    </span>
                  )}
                </div>,
              ] as const,
          ),
        ]}
      />
      <p className="quiet">{t('accounts.secrets.about')}</p>
    </section>
  )
}

function Permissions({ account: { id, denied }, after }: { account: ConnectedAccount; after(): void }) {
  const { t } = useWords()
  const may = useMay()
  if (denied.length === 0) return null
  return (
    <section className="panel">
      <header>
        <h2>{t('accounts.denied')}</h2>
        {may('operations:write') && (
          <Ask
            label={t('accounts.recheck')}
            title={t('accounts.recheck')}
            about={t('accounts.recheck.about')}
            done={t('act.done')}
            act={() => call('recheckAccount', { params: { id } })}
            after={after}
          />
        )}
      </header>
      <ul className="rows">
        {denied.map(({ endpoint, at, of }) => (
          <li key={`${of} ${endpoint}`}>
            <code className="grow">{endpoint}</code> <Moment at={at} />
          </li>
        ))}
      </ul>
    </section>
  )
}
