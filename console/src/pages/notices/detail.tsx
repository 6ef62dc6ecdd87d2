import { Alert, Button, Input, Select, Skeleton, Space, Table, Tag } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { Notice } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** One notice: where it is written, its fields with the platform's rules, what is wrong, how it reads, a trial. */
export function NoticeDetail({ notice, accounts }: { notice: Notice; accounts: readonly string[] }) {
  const { t, both } = useWords()
  const { file, name, fields, problems, templates, page, url, text, accounts: found } = notice
  return (
    <div className="notice-detail">
      <div className="stack">
        <p className="quiet">
          {t('notice.written', { file })} <code>{name}</code>
        </p>
        {problems.map(({ field, message, fix, severity, line }) => (
          <Alert
            key={`${field}${message}`}
            type={severity}
            showIcon
            title={
              <>
                <code>{field}</code> {message}
              </>
            }
            description={`${fix}${line === undefined ? '' : t('notice.line', { file, line })}`}
          />
        ))}
        <Table
          size="small"
          rowKey="key"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={[...fields]}
          columns={[
            { title: t('notice.field'), dataIndex: 'key', render: (key: string) => <code>{key}</code> },
            {
              title: t('notice.value'),
              dataIndex: 'value',
              render: (value: string, { shorten }) => (
                <>
                  <code>{value}</code> {shorten && <Tag>{t('notice.shorten')}</Tag>}
                </>
              ),
            },
            {
              title: t('notice.rule'),
              key: 'rule',
              render: (_, { rule, verified }) =>
                rule ? (
                  <>
                    {both(rule)} {verified === false && <Tag color="warning">{t('help.unverified')}</Tag>}
                  </>
                ) : (
                  <span className="bad">{t('notice.no-kind')}</span>
                ),
            },
          ]}
        />
        <ul className="notice-facts quiet">
          <li>
            {t('notice.template')}{' '}
            {Object.entries(templates).map(([account, id]) => (
              <span key={account}>
                {account === '*' ? '' : `${account}: `}
                <code>{id}</code>{' '}
              </span>
            ))}
            {found.length > 0 && t('notice.found', { accounts: found.join(t('list.comma')) })}
          </li>
          {page !== undefined && (
            <li>
              {t('notice.page')} <code>{page}</code>
            </li>
          )}
          {url !== undefined && (
            <li>
              {t('notice.url')} <code>{url}</code>
            </li>
          )}
          {text !== undefined && (
            <li>
              {t('notice.text')} <code>{text}</code>
            </li>
          )}
        </ul>
      </div>
      <Preview name={name} accounts={accounts} hasText={text !== undefined} />
    </div>
  )
}

function Preview({ name, accounts, hasText }: { name: string; accounts: readonly string[]; hasText: boolean }) {
  const { t } = useWords()
  const { data, problem, again } = useCall('previewNotice', { params: { name }, body: {} })
  if (problem) return <ProblemAlert problem={problem} again={again} />
  if (!data) return <Skeleton active />
  return (
    <aside className="stack">
      <h3>{t('notice.preview')}</h3>
      <div className="notice-card" data-testid="preview">
        <b>{data.title ?? name}</b>
        <dl>
          {data.fields.map(({ key, label, value }) => (
            <div key={key}>
              <dt>{label ?? key}</dt>
              <dd>{value ?? '—'}</dd>
            </div>
          ))}
        </dl>
      </div>
      {data.text !== undefined && <p className="notice-text">{data.text}</p>}
      {data.problems.map(({ field, message, source }) => (
        <Alert
          key={`${field}${message}`}
          type="error"
          showIcon
          title={
            <>
              <code>{field}</code> {message}
            </>
          }
          {...(source !== undefined && { description: t('help.source', { source }) })}
        />
      ))}
      <TestSend name={name} accounts={accounts} hasText={hasText} />
    </aside>
  )
}

function TestSend({ name, accounts, hasText }: { name: string; accounts: readonly string[]; hasText: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const { busy, act } = useAct()
  const [account, setAccount] = useState(accounts[0] ?? '')
  const [who, setWho] = useState('')
  const [sent, setSent] = useState<string>()
  const [problem, setProblem] = useState<ApiProblem>()
  if (!may('messages:send')) return null
  const wanted = who.trim()
  const send = (as?: 'text') =>
    act(
      async () => {
        setProblem(undefined)
        const contact = /^[0-9a-f]{24}$/.test(wanted)
          ? wanted
          : (await call('findContact', { query: { openid: wanted, account } })).id
        const body = { account, contact, ...(as && { as }) }
        setSent((await call('testNotice', { params: { name }, body })).key)
      },
      undefined,
      setProblem,
    )
  return (
    <div className="stack">
      <h3>{t('notice.test')}</h3>
      <Space.Compact block>
        {accounts.length > 1 && (
          <Select
            value={account}
            aria-label={t('notice.account')}
            options={accounts.map((each) => ({ value: each, label: each }))}
            onChange={setAccount}
            popupMatchSelectWidth={false}
          />
        )}
        <Input
          value={who}
          onChange={({ target }) => setWho(target.value)}
          placeholder={t('notice.who')}
          aria-label={t('notice.who')}
          maxLength={64}
          data-testid="test-who"
        />
        <Button loading={busy} disabled={wanted === ''} onClick={() => send()}>
          {t('act.test')}
        </Button>
      </Space.Compact>
      {hasText && (
        <Button
          size="small"
          type="link"
          disabled={wanted === '' || busy}
          onClick={() => send('text')}
          className="notice-as-text"
        >
          {t('notice.as-text')}
        </Button>
      )}
      {problem && <ProblemAlert problem={problem} />}
      {sent !== undefined && (
        <Link to={`/deliveries?key=${encodeURIComponent(sent)}`} data-testid="test-sent">
          {t('notice.sent')}
        </Link>
      )}
    </div>
  )
}
