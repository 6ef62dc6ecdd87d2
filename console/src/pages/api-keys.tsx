import { Tag } from 'antd'
import { useState } from 'react'
import { call } from '../api/browser.js'
import type { ApiKeyShown } from '../api/types.js'
import { given } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Moment } from '../shell/bits.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'
import { inWords } from './operator/in-words.js'
import { NewKey } from './operator/new-key.js'
import { SecretOnce } from './operator/secret-once.js'

/** The keys with which shops call the API. */
export const ApiKeys = inWords(function ApiKeys() {
  const { t } = useWords()
  const may = useMay()
  const [made, setMade] = useState<{ id: string; secret: string }>()
  const [round, setRound] = useState(0)
  const again = () => setRound((before) => before + 1)
  const show = (secret: { id: string; secret: string }) => {
    setMade(secret)
    again()
  }
  const acts: Column<ApiKeyShown> = {
    key: 'acts',
    title: 'keys.acts',
    value: () => undefined,
    show: (key) => key.revokedAt === undefined && <Acts apiKey={key} rotated={show} after={again} />,
  }
  return (
    <Page title={t('nav.api-keys')} about={t('keys.about')} actions={may('operations:write') && <NewKey made={show} />}>
      <ListTable
        name="api-keys"
        columns={may('operations:write') ? [...COLUMNS, acts] : COLUMNS}
        rowKey={({ id }) => id}
        of={String(round)}
        filters={[{ name: 'text', word: 'filter.name' }]}
        sorts={['name', 'shop', 'lastUsedAt', 'createdAt']}
        load={async ({ filters, after, size, sort, signal }) => {
          const query = given({ text: filters['text'], sort, after, limit: size })
          const { keys, next, total } = await call('listApiKeys', { query, signal })
          return { rows: keys, total, ...(next !== undefined && { next }) }
        }}
        empty={t('keys.none')}
      />
      {made && <SecretOnce {...made} close={() => setMade(undefined)} />}
    </Page>
  )
})

const COLUMNS: readonly Column<ApiKeyShown>[] = [
  { key: 'name', title: 'col.name', value: ({ name }) => name },
  { key: 'id', title: 'col.id', value: ({ id }) => id, show: ({ id }) => <code>{id}</code> },
  { key: 'shop', title: 'col.shop', value: ({ shop }) => shop },
  {
    key: 'state',
    title: 'col.state',
    value: (key) => (key.revokedAt === undefined ? 'active' : 'revoked'),
    show: (key) => <Standing apiKey={key} />,
  },
  {
    key: 'scopes',
    title: 'keys.scopes',
    value: ({ scopes }) => scopes.join(' '),
    show: ({ scopes }) => scopes.map((scope) => <Tag key={scope}>{scope}</Tag>),
  },
  {
    key: 'lastUsedAt',
    title: 'keys.used',
    value: ({ lastUsedAt }) => lastUsedAt,
    show: ({ lastUsedAt }) => <Moment at={lastUsedAt} />,
  },
  {
    key: 'createdAt',
    title: 'keys.created',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Moment at={createdAt} />,
  },
]

function Standing({ apiKey: { revokedAt, expiresAt, rotatingUntil, demo } }: { apiKey: ApiKeyShown }) {
  const { t, moment } = useWords()
  const over = expiresAt !== undefined && new Date(expiresAt) <= new Date()
  return (
    <>
      <Tag
        color={revokedAt !== undefined || over ? 'default' : 'success'}
        data-state={revokedAt === undefined ? 'active' : 'revoked'}
      >
        {t(revokedAt !== undefined ? 'keys.revoked' : over ? 'keys.over' : 'keys.active')}
      </Tag>
      {demo && <Tag color="warning">{t('secret.demo')}</Tag>}
      {rotatingUntil !== undefined && <Tag color="processing">{t('keys.rotating', { at: moment(rotatingUntil) })}</Tag>}
    </>
  )
}

function Acts(props: { apiKey: ApiKeyShown; rotated(secret: { id: string; secret: string }): void; after(): void }) {
  const { t } = useWords()
  const { id, name, mayRotate } = props.apiKey
  return (
    <div className="actions">
      {mayRotate && (
        <Ask
          label={t('keys.rotate')}
          title={t('keys.rotate.title', { name })}
          about={t('keys.rotate.about')}
          done={t('act.done')}
          act={async () => props.rotated(await call('rotateApiKey', { params: { id }, body: { overlapHours: 24 } }))}
        />
      )}
      <Ask
        danger
        label={t('keys.revoke')}
        title={t('keys.revoke.title', { name })}
        about={t('keys.revoke.about')}
        done={t('act.done')}
        act={() => call('revokeApiKey', { params: { id } })}
        after={props.after}
      />
    </div>
  )
}
