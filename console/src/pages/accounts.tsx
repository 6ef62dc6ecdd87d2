import { Tag } from 'antd'
import { call } from '../api/browser.js'
import type { ConnectedAccount } from '../api/types.js'
import { given } from '../api/use-call.js'
import { Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { Encryption, TokenState } from './operator/account-bits.js'
import { inWords } from './operator/in-words.js'

const COLUMNS: readonly Column<ConnectedAccount>[] = [
  { key: 'id', title: 'operator.account', value: ({ id }) => id },
  {
    key: 'platform',
    title: 'accounts.platform',
    value: ({ platform, kind }) => `${platform} ${kind}`,
    show: (row) => <What account={row} />,
  },
  { key: 'appid', title: 'accounts.appid', value: ({ appid }) => appid, show: ({ appid }) => <code>{appid}</code> },
  {
    key: 'callback',
    title: 'accounts.last-callback',
    value: ({ callback }) => callback?.lastAt,
    show: ({ callback }) => <Moment at={callback?.lastAt} />,
  },
  {
    key: 'encryption',
    title: 'accounts.encryption',
    value: ({ callback }) => callback?.encryption,
    show: (row) => <Encryption account={row} />,
  },
  {
    key: 'token',
    title: 'accounts.token',
    value: ({ tokens }) => tokens.map(({ state }) => state).join(' '),
    show: ({ tokens }) => <Tokens tokens={tokens} />,
  },
  {
    key: 'denied',
    title: 'accounts.denied',
    value: ({ denied }) => denied.length,
    show: ({ denied }) => <Denied count={denied.length} />,

    align: 'right',
  },
]

function What({ account: { platform, kind, verified } }: { account: ConnectedAccount }) {
  const { t, label } = useWords()
  return (
    <>
      {label('platform', platform)} · {label('connected', kind)}{' '}
      {verified === false && <Tag color="warning">{t('accounts.unverified')}</Tag>}
    </>
  )
}

function Tokens({ tokens }: Pick<ConnectedAccount, 'tokens'>) {
  if (tokens.length === 0) return '—'
  return tokens.map((token) => <TokenState key={token.of} token={token} />)
}

const Denied = ({ count }: { count: number }) => (count === 0 ? '—' : <Tag color="error">{count}</Tag>)

/** What is connected, and whether it works. */
export const Accounts = inWords(function Accounts() {
  const { t } = useWords()
  return (
    <Page title={t('nav.accounts')} about={t('accounts.about')}>
      <ListTable
        name="accounts"
        columns={COLUMNS}
        rowKey={({ id }) => id}
        href={({ id }) => `/accounts/${id}`}
        filters={[{ name: 'text', word: 'filter.name' }]}
        sorts={['id', 'callback', 'denied']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ text: filters['text'], sort, after, limit: size })
          const { accounts, next, total } = await call('listAccounts', { query, signal })
          return { rows: accounts, total, ...(next !== undefined && { next }) }
        }}
        everyMs={15_000}
        empty={t('accounts.none')}
      />
    </Page>
  )
})
