import { Alert, Button } from 'antd'
import { useState } from 'react'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import type { AuditEntry } from '../api/types.js'
import { useAct } from '../api/use-act.js'
import { given } from '../api/use-call.js'
import { Moment } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { type Column, ListTable } from '../table/list-table.js'
import { useWords } from '../words/use-words.js'

const COLUMNS: readonly Column<AuditEntry>[] = [
  { key: 'at', title: 'audit.at', sorts: 'time', value: ({ at }) => at, show: ({ at }) => <Moment at={at} /> },
  { key: 'actor', title: 'audit.actor', value: ({ actor }) => `${actor.name ?? actor.id} (${actor.kind})` },
  { key: 'action', title: 'audit.action', value: ({ action }) => action, show: ({ action }) => <code>{action}</code> },
  {
    key: 'target',
    title: 'audit.target',
    value: ({ target }) => target,
    show: ({ target }) => <code>{target ?? '—'}</code>,
  },
  { key: 'outcome', title: 'audit.outcome', value: ({ outcome }) => outcome },
  { key: 'reason', title: 'col.reason', value: ({ reason }) => reason },
  { key: 'address', title: 'sessions.address', value: ({ address }) => address },
  { key: 'seq', title: 'audit.seq', value: ({ seq }) => seq, align: 'right' },
]

/** Who did what, in a chain that shows when somebody tampered with it. */
export function Audit() {
  const { t, number } = useWords()
  const { busy, act } = useAct()
  const [verified, setVerified] = useState<Answer<'verifyAudit'>>()
  return (
    <Needs scope="audit:read">
      <Page
        title={t('nav.audit')}
        about={t('audit.about')}
        actions={
          <Button loading={busy} onClick={() => act(async () => setVerified(await call('verifyAudit', {})))}>
            {t('audit.verify')}
          </Button>
        }
      >
        {verified && (
          <Alert
            showIcon
            type={verified.ok ? 'success' : 'error'}
            title={verified.ok ? t('audit.whole', { n: number(verified.rows) }) : t('audit.broken')}
            {...(verified.problem && { description: `${verified.problem.seq}: ${verified.problem.what}` })}
          />
        )}
        <ListTable
          name="audit"
          columns={COLUMNS}
          filters={[
            { name: 'actor', word: 'audit.actor' },
            { name: 'action', word: 'audit.action' },
            { name: 'target', word: 'audit.target' },
          ]}
          rowKey={({ seq }) => String(seq)}
          load={async ({ filters, after, size, order, signal }) => {
            const cursor = after === undefined ? undefined : Number(after)
            const { actor, action, target } = filters
            const query = given({ actor, action, target, cursor, order, limit: size })
            const { entries, next } = await call('listAudit', { query, signal })
            return { rows: entries, ...(next !== undefined && { next: String(next) }) }
          }}
          empty="—"
        />
      </Page>
    </Needs>
  )
}
