import { Button, Drawer, Form, List, Skeleton } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { ConsolePerson } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Fields, Moment, State } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { memberOf, type PersonFields, PersonForm } from './person-form.js'

/** One person beside the list; who stands in the address (`?id=`). */
export function PersonDrawer({ changed, link }: { changed(): void; link(url: string): void }) {
  const [search, setSearch] = useSearchParams()
  const id = search.get('id')
  function close(): void {
    const next = new URLSearchParams(search)
    next.delete('id')
    setSearch(next)
  }
  return (
    <Drawer open={id !== null} onClose={close} size="min(520px, 100vw)" destroyOnHidden>
      {id !== null && <Whole id={id} changed={changed} link={link} />}
    </Drawer>
  )
}

function Whole({ id, changed, link }: { id: string; changed(): void; link(url: string): void }) {
  const { t } = useWords()
  const may = useMay()
  const { data, problem, again } = useCall('getPerson', { params: { id } })
  if (problem && !data) return <ProblemAlert problem={problem} again={again} />
  if (!data) return <Skeleton active />
  const { login, state, wecom, createdAt, lastSignInAt, rev } = data
  const after = () => {
    again()
    changed()
  }
  return (
    <div className="stack">
      <Fields
        lines={[
          [t('sign-in.login'), login],
          [t('col.state'), <State key="state" kind="state" code={state} />],
          [t('people.wecom'), wecom ? `${wecom.corp} · ${wecom.staff}` : t('people.wecom.none')],
          [t('people.created'), <Moment key="created" at={createdAt} />],
          [t('people.last'), <Moment key="last" at={lastSignInAt} />],
        ]}
      />
      {may('people:write') && <Change key={rev} person={data} after={after} />}
      {may('people:write') && <Acts person={data} after={after} link={link} />}
      <Sessions id={id} />
    </div>
  )
}

function Change({ person, after }: { person: ConsolePerson; after(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const { id, rev, name, roles, wecom } = person

  async function go(fields: PersonFields): Promise<void> {
    const body = { rev, name: fields.name, roles: fields.roles, wecom: memberOf(fields) ?? null }
    if (await act(() => call('changePerson', { params: { id }, body }), t('people.done'), setProblem)) after()
  }
  return (
    <Form
      name="person"
      layout="vertical"
      onFinish={go}
      initialValues={{ name, roles, corp: wecom?.corp, staff: wecom?.staff }}
    >
      {problem && <ProblemAlert problem={problem} again={after} />}
      <PersonForm fresh={false} />
      <Button htmlType="submit" type="primary" loading={busy}>
        {t('people.save')}
      </Button>
    </Form>
  )
}

function Acts({ person, after, link }: { person: ConsolePerson; after(): void; link(url: string): void }) {
  const { t } = useWords()
  const { id, name, state } = person
  const params = { id }
  return (
    <div className="actions">
      <Ask
        label={t('people.reset')}
        title={`${t('people.reset')}：${name}`}
        about={t('people.reset.about')}
        draft={`person:${id}:reset`}
        done={t('people.done')}
        act={async (reason) => link((await call('resetPerson', { params, body: { reason } })).link.url)}
        after={after}
      />
      {state === 'disabled' ? (
        <Ask
          label={t('people.enable')}
          title={`${t('people.enable')}：${name}`}
          done={t('people.done')}
          act={() => call('enablePerson', { params })}
          after={after}
        />
      ) : (
        <Ask
          danger
          label={t('people.disable')}
          title={`${t('people.disable')}：${name}`}
          about={t('people.disable.about')}
          draft={`person:${id}:disable`}
          done={t('people.done')}
          act={(reason) => call('disablePerson', { params, body: { reason } })}
          after={after}
        />
      )}
    </div>
  )
}

function Sessions({ id }: { id: string }) {
  const { t } = useWords()
  const may = useMay()
  const { data, again } = useCall('listSessionsOf', { params: { id } })
  if (!data) return null
  return (
    <List
      size="small"
      header={
        <div className="actions">
          <b className="grow">{t('people.sessions')}</b>
          {may('people:write') && data.sessions.length > 0 && (
            <Ask
              label={t('people.sessions.end')}
              title={t('people.sessions.end')}
              done={t('people.done')}
              act={() => call('endSessionsOf', { params: { id } })}
              after={again}
            />
          )}
        </div>
      }
      locale={{ emptyText: t('people.sessions.none') }}
      dataSource={[...data.sessions]}
      renderItem={({ address, agent, lastSeenAt }) => (
        <List.Item>
          {agent} · {address} · <Moment at={lastSeenAt} />
        </List.Item>
      )}
    />
  )
}
