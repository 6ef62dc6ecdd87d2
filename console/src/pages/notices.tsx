import { ReloadOutlined } from '@ant-design/icons'
import { Alert, Button, Collapse, Empty, Skeleton, Tag } from 'antd'
import type { Answer } from '../api/client.js'
import type { Notice } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { NoticeDetail } from './notices/detail.js'
import './notices/notices.css'
import { words } from './notices/words.js'

type Board = Answer<'listNotices'>

/** Which news of orders is answered with which notice, and whether it would arrive. */
export function Notices() {
  return (
    <WithWords words={words}>
      <Needs scope="content:read">
        <BoardPage />
      </Needs>
    </WithWords>
  )
}

function BoardPage() {
  const { t } = useWords()
  const { data, problem, loading, again } = useCall('listNotices', {})
  return (
    <Page
      title={t('nav.notices')}
      about={t('notice.about')}
      actions={
        <Button icon={<ReloadOutlined />} loading={loading} onClick={again}>
          {t('notice.check')}
        </Button>
      }
    >
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data && <Found of={data} />}
    </Page>
  )
}

function Found({ of }: { of: Board }) {
  const { t, both, number } = useWords()
  const { events, notices, broken, refused } = of
  const answering = new Set(events.flatMap(({ names }) => names))
  const others = notices.filter(({ name }) => !answering.has(name))
  const wrong = notices.filter(hasError).length + broken.length
  return (
    <>
      <Alert type="info" showIcon title={t('notice.files')} description={t('notice.files.about')} />
      <Permissions of={of} />
      {refused.map(({ account, channel, reason }) => (
        <Alert
          key={`${account}${channel}`}
          type="warning"
          showIcon
          title={t('notice.refused', { account })}
          description={reason}
        />
      ))}
      {broken.map(({ file, field, message, fix }) => (
        <Alert
          key={`${file}${field}${message}`}
          type="error"
          showIcon
          title={
            <>
              <code>{file}</code> <code>{field}</code> {message}
            </>
          }
          description={fix}
        />
      ))}
      <p className={wrong > 0 ? 'bad' : 'good'} data-testid="lint">
        {wrong > 0 ? t('notice.wrong', { n: number(wrong) }) : t('notice.fine', { n: number(notices.length) })}
      </p>
      {events.map(({ event, title, freshHours, names }) => {
        const own = names.flatMap((name) => notices.find((each) => each.name === name) ?? [])
        return (
          <section key={event} className="panel" data-event={event}>
            <header>
              <h2>
                {both(title)} <code>{event}</code>
              </h2>
              <span className="quiet">{t('notice.fresh', { n: freshHours })}</span>
            </header>
            {own.length === 0 ? (
              <p className="warn">
                {t('notice.nobody', { file: `content/notices/${names[0]?.replaceAll('.', '-')}.yaml` })}
              </p>
            ) : (
              <List of={own} board={of} />
            )}
          </section>
        )
      })}
      {others.length > 0 && (
        <section className="panel">
          <header>
            <h2>{t('notice.others')}</h2>
          </header>
          <List of={others} board={of} />
        </section>
      )}
      {notices.length === 0 && broken.length === 0 && <Empty description={t('notice.none')} />}
    </>
  )
}

function List({ of, board }: { of: readonly Notice[]; board: Board }) {
  const { t, label } = useWords()
  return (
    <Collapse
      ghost
      items={of.map((notice, index) => ({
        key: notice.name,
        label: (
          <span data-notice={notice.name}>
            {index + 1}. {label('channel', notice.channel)} · {notice.title ?? notice.name}{' '}
            {hasError(notice) ? (
              <Tag color="error">{t('notice.problems', { n: notice.problems.length })}</Tag>
            ) : notice.problems.length > 0 ? (
              <Tag color="warning">{t('notice.problems', { n: notice.problems.length })}</Tag>
            ) : notice.unchecked ? (
              <Tag color="warning">{t('notice.unchecked')}</Tag>
            ) : (
              <Tag color="success">{t('notice.ok')}</Tag>
            )}
          </span>
        ),
        children: <NoticeDetail notice={notice} accounts={board.accounts.map(({ account }) => account)} />,
      }))}
    />
  )
}

function Permissions({ of: { accounts } }: { of: Board }) {
  const { t } = useWords()
  const mark = (has: boolean, word: string) => (
    <Tag color={has ? 'success' : 'default'}>
      {has ? '✓' : '✗'} {word}
    </Tag>
  )
  return (
    <ul className="notice-accounts">
      {accounts.map(({ account, templates, subscriptions, miniProgram }) => (
        <li key={account}>
          <b>{account}</b> {mark(templates, t('notice.may.template'))}
          {mark(subscriptions, t('notice.may.subscription'))}
          {mark(miniProgram, t('notice.may.mini-program'))}
        </li>
      ))}
    </ul>
  )
}

const hasError = ({ problems }: Notice) => problems.some(({ severity }) => severity === 'error')
