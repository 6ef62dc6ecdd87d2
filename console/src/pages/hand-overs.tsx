import { Button, Card, Empty, Skeleton, Tag } from 'antd'
import { type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Answer } from '../api/client.js'
import { useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Fields, Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { words } from './contacts/words.js'
import { HandOverForm } from './hand-overs/form.js'
import { One } from './hand-overs/one.js'
import { STATE_WORDS } from './hand-overs/states.js'
import { CorpChoice, useCorps } from './parts/corps.js'

type Head = Answer<'listHandOvers'>['handOvers'][number]

/** Hand-overs (离职继承): customers and groups of a member go to others; planned first, started by a second press. */
export function HandOvers() {
  return (
    <Needs scope="contacts:read">
      <WithWords words={words}>
        <All />
      </WithWords>
    </Needs>
  )
}

function All() {
  const { t } = useWords()
  const may = useMay()('contacts:write')
  const [search, setSearch] = useSearchParams()
  const corps = useCorps()
  const account = search.get('account') ?? corps.names[0]
  const { data, problem, again } = useCall(
    'listHandOvers',
    account === undefined ? undefined : { query: { account } },
    { everyMs: 15_000 },
  )
  const [making, setMaking] = useState(search.has('from'))
  const chosen = search.get('id') ?? undefined
  return (
    <Page
      title={t('cust.hand-overs')}
      back={{ to: '/contacts', title: t('nav.contacts') }}
      about={t('ho.about')}
      actions={
        <>
          <CorpChoice names={corps.names} value={account} />
          {may && account !== undefined && (
            <Button type="primary" onClick={() => setMaking(true)}>
              {t('ho.new')}
            </Button>
          )}
        </>
      }
    >
      {problem && <ProblemAlert problem={problem} again={again} />}
      {account === undefined && !corps.loading && <Empty description={t('corps.unknown')} />}
      {account !== undefined && !data && !problem && <Skeleton active />}
      {data?.handOvers.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('ho.none')} />}
      {data?.handOvers.map((head) => (
        <Line key={head.id} head={head} open={head.id === chosen} choose={() => setSearch({ id: head.id })}>
          <One id={head.id} after={again} />
        </Line>
      ))}
      {account !== undefined && <Unassigned account={account} />}
      {making && account !== undefined && (
        <HandOverForm
          account={account}
          from={search.get('from') ?? ''}
          close={() => setMaking(false)}
          after={(id) => {
            again()
            setSearch({ id })
          }}
        />
      )}
    </Page>
  )
}

function Line(props: { head: Head; open: boolean; choose(): void; children: ReactNode }) {
  const { head, open, choose, children } = props
  const { t } = useWords()
  const { from, to, state, by, createdAt, held } = head
  return (
    <Card
      size="small"
      title={
        <>
          {from} → {to.join(t('list.comma'))} <Tag>{t(STATE_WORDS[state])}</Tag>
        </>
      }
      extra={
        !open && (
          <Button size="small" onClick={choose}>
            {t('ho.items')}
          </Button>
        )
      }
    >
      <Fields
        lines={[
          [t('ho.by'), by],
          [t('col.created'), <Moment key="at" at={createdAt} />],
          held === undefined
            ? undefined
            : [
                t('ho.held'),
                <span key="held" className="warn">
                  {held}
                </span>,
              ],
        ]}
      />
      {open && children}
    </Card>
  )
}

/** Customers whose members have left, as the platform lists them: the newest page. */
function Unassigned({ account }: { account: string }) {
  const { t } = useWords()
  const [asked, setAsked] = useState(false)
  const { data, problem } = useCall('listUnassignedCustomers', asked ? { params: { account }, query: {} } : undefined)
  return (
    <Card
      size="small"
      title={t('ho.unassigned')}
      extra={
        <Button size="small" onClick={() => setAsked(true)}>
          {t('act.refresh')}
        </Button>
      }
    >
      {problem && <ProblemAlert problem={problem} />}
      {data?.customers.length === 0 && <p className="quiet">{t('ho.unassigned.none')}</p>}
      <ul className="rows">
        {data?.customers.slice(0, 50).map(({ staff, customer, leftAt }) => (
          <li key={`${staff}:${customer}`}>
            <span className="grow">
              {staff} · <code>{customer}</code>
            </span>
            <span className="quiet">
              {t('ho.left-at')} <Moment at={leftAt} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
