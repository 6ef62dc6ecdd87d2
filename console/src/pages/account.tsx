import { Button, Card, Form, Input, Modal, Tag } from 'antd'
import { useState } from 'react'
import { call, session } from '../api/browser.js'
import type { ApiProblem } from '../api/problem.js'
import type { ConsoleSession } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { given } from '../api/use-call.js'
import { PasswordFields } from '../session/password-fields.js'
import { useMe } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Fields, Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { SecondFactorCard } from './account/second-factor-card.js'

/** One's own account: name, password, second factor, sessions. */
export function Account() {
  const { t, label } = useWords()
  const { person } = useMe()
  return (
    <Page title={t('nav.account')}>
      <div className="two">
        <Card size="small" title={t('account.who')}>
          <Fields
            lines={[
              [t('sign-in.login'), person.login],
              [t('account.roles'), person.roles.map((role) => <Tag key={role}>{label('role', role)}</Tag>)],
              person.wecom && [t('account.wecom'), `${person.wecom.corp} · ${person.wecom.staff}`],
            ]}
          />
          <NameForm name={person.name} />
        </Card>
        <SecondFactorCard />
        <PasswordCard />
      </div>
      <h2>{t('account.sessions')}</h2>
      <Sessions />
    </Page>
  )
}

function NameForm({ name }: { name: string }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  return (
    <Form
      layout="inline"
      initialValues={{ name }}
      onFinish={(body: { name: string }) =>
        act(async () => session.entered(await call('changeMe', { body })), t('act.done'))
      }
    >
      <Form.Item name="name" label={t('welcome.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input maxLength={64} />
      </Form.Item>
      <Button htmlType="submit" loading={busy}>
        {t('act.save')}
      </Button>
    </Form>
  )
}

function PasswordCard() {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [open, setOpen] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  return (
    <Card size="small" title={t('account.password')}>
      <p className="quiet">{t('account.password.about')}</p>
      <Button onClick={() => setOpen(true)}>{t('account.password.change')}</Button>
      <Modal
        open={open}
        title={t('account.password.change')}
        footer={null}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        {problem && <ProblemAlert problem={problem} />}
        <Form
          layout="vertical"
          requiredMark={false}
          onFinish={({ current, password }: { current: string; password: string }) =>
            act(
              async () => {
                session.entered(await call('changePassword', { body: { current, password } }))
                setProblem(undefined)
                setOpen(false)
              },
              t('account.password.done'),
              setProblem,
            )
          }
        >
          <Form.Item
            name="current"
            label={t('password.current')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <PasswordFields />
          <Button type="primary" block size="large" htmlType="submit" loading={busy}>
            {t('account.password.change')}
          </Button>
        </Form>
      </Modal>
    </Card>
  )
}

function Sessions() {
  const { t } = useWords()
  const [round, setRound] = useState(0)
  const again = () => setRound((before) => before + 1)
  const columns: readonly Column<ConsoleSession>[] = [
    {
      key: 'agent',
      title: 'sessions.agent',
      value: ({ agent }) => agent,
      show: ({ agent }) => <span className="agent">{agent}</span>,
    },
    { key: 'address', title: 'sessions.address', value: ({ address }) => address },
    {
      key: 'createdAt',
      title: 'sessions.since',
      value: ({ createdAt }) => createdAt,
      show: ({ createdAt }) => <Moment at={createdAt} />,
    },
    {
      key: 'lastSeenAt',
      title: 'col.last-seen',
      value: ({ lastSeenAt }) => lastSeenAt,
      show: ({ lastSeenAt }) => <Moment at={lastSeenAt} />,
    },
    {
      key: 'end',
      title: 'sessions.end',
      value: ({ current }) => current,
      show: ({ id, current }) =>
        current ? (
          <Tag color="success">{t('sessions.this')}</Tag>
        ) : (
          <Ask
            label={t('sessions.end')}
            title={t('sessions.end')}
            danger
            done={t('act.done')}
            act={() => call('endMySession', { params: { id } })}
            after={again}
          />
        ),
    },
  ]
  return (
    <ListTable
      name="sessions"
      of={String(round)}
      columns={columns}
      rowKey={({ id }) => id}
      filters={[{ name: 'text', word: 'sessions.agent' }]}
      sorts={['address', 'createdAt', 'lastSeenAt']}
      load={async ({ filters, after, size, sort, signal }) => {
        const query = given({ text: filters['text'], sort, after, limit: size })
        const { sessions, next, total } = await call('listMySessions', { query, signal })
        return { rows: sessions, total, ...(next !== undefined && { next }) }
      }}
      empty="—"
      extra={() => (
        <Ask
          label={t('sessions.end-others')}
          title={t('sessions.end-others')}
          danger
          done={t('act.done')}
          act={() => call('endMyOtherSessions', {})}
          after={again}
        />
      )}
    />
  )
}
