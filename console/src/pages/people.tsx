import { Tag } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { call } from '../api/browser.js'
import type { ConsolePerson } from '../api/types.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Moment, State } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords, WithWords } from '../words/use-words.js'
import { Invite } from './people/invite.js'
import { LinkOnce } from './people/link-once.js'
import { PersonDrawer } from './people/person-drawer.js'
import { words } from './people/words.js'

const STATES = ['active', 'disabled', 'invited'] as const
const ROLES = ['owner', 'admin', 'marketer', 'service', 'analyst', 'developer', 'auditor'] as const

/** Who may use the console, and what they may do. */
export function People() {
  return (
    <WithWords words={words}>
      <Everybody />
    </WithWords>
  )
}

function Everybody() {
  const { t, label } = useWords()
  const may = useMay()
  const [search] = useSearchParams()
  const [link, setLink] = useState<string>()
  /** One more with each change: the list is asked for anew. */
  const [round, setRound] = useState(0)
  const again = () => setRound((before) => before + 1)
  const made = (url: string) => {
    setLink(url)
    again()
  }
  const columns: readonly Column<ConsolePerson>[] = [
    { key: 'name', title: 'col.name', value: ({ name }) => name },
    { key: 'login', title: 'sign-in.login', value: ({ login }) => login },
    {
      key: 'roles',
      title: 'account.roles',
      value: ({ roles }) => roles.join(' '),
      show: ({ roles }) => roles.map((role) => <Tag key={role}>{label('role', role)}</Tag>),
    },
    {
      key: 'state',
      title: 'col.state',
      value: ({ state }) => state,
      show: ({ state }) => <State kind="state" code={state} />,
    },
    {
      key: 'secondFactor',
      title: 'totp.title',
      value: ({ secondFactor }) => secondFactor,
      show: ({ secondFactor }) => (secondFactor ? t('on') : t('off')),
    },
    {
      key: 'lastSignInAt',
      title: 'people.last',
      value: ({ lastSignInAt }) => lastSignInAt,
      show: ({ lastSignInAt }) => <Moment at={lastSignInAt} />,
    },
  ]
  return (
    <Needs scope="people:read">
      <Page title={t('nav.people')} about={t('people.about')} actions={may('people:write') && <Invite made={made} />}>
        <ListTable
          name="people"
          columns={columns}
          filters={[
            { name: 'filter', word: 'people.filter' },
            {
              name: 'role',
              word: 'account.roles',
              choices: ROLES.map((value) => ({ value, label: label('role', value) })),
            },
            {
              name: 'state',
              word: 'col.state',
              choices: STATES.map((value) => ({ value, label: label('state', value) })),
            },
          ]}
          of={String(round)}
          rowKey={({ id }) => id}
          href={({ id }) => {
            const next = new URLSearchParams(search)
            next.set('id', id)
            return `/people?${next}`
          }}
          sorts={['name', 'login', 'lastSignInAt']}
          load={async ({ filters, after, size, sort, signal }) => {
            const state = STATES.find((one) => one === filters['state'])
            const { filter, role } = filters
            const query = given({ state, filter, role, sort, cursor: after, limit: size })
            const { people, next } = await call('listPeople', { query, signal })
            return { rows: people, ...(next !== undefined && { next }) }
          }}
          empty="—"
        />
        <PersonDrawer changed={again} link={made} />
        <LinkOnce url={link} close={() => setLink(undefined)} />
      </Page>
    </Needs>
  )
}
