import { Alert, Button, Drawer, Select, Table } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { CampaignRecipient, CampaignRun } from '../../api/types.js'
import { given, useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Moment, State } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { csvOf } from '../../table/csv.js'
import { saveFile } from '../../table/save-file.js'
import { useWords } from '../../words/use-words.js'
import { WhyNot } from '../contact/why.js'

const STATES = ['uncertain', 'failed', 'skipped', 'sent', 'waiting', 'waiting-visit', 'cancelled', 'expired'] as const
const SIZE = 50

/** The people of a run by how they stand: each with the why, 补发 and 视为已发 where the end was not good. */
export function Recipients({ campaign, run, again }: { campaign: string; run: CampaignRun; again(): void }) {
  const { t, label, number } = useWords()
  const may = useMay()
  const writes = may('deliveries:write')
  const states = run.progress?.states ?? {}
  const there = STATES.filter((one) => (states[one] ?? 0) > 0)
  const [picked, setPicked] = useState<(typeof STATES)[number]>()
  const state = picked ?? there[0]
  const [pages, setPages] = useState<readonly string[]>([])
  const [whose, setWhose] = useState<string>()
  const params = { id: campaign, occurrence: run.occurrence }
  const after = pages.at(-1)
  const asked = state === undefined ? undefined : { params, query: given({ state, after, size: SIZE }) }
  const { data, problem, loading, again: reload } = useCall('listCampaignRecipients', asked as never)
  const done = () => {
    reload()
    again()
  }
  if (there.length === 0 || !may('deliveries:read')) return null
  const [failed, uncertain] = [states['failed'] ?? 0, states['uncertain'] ?? 0]
  return (
    <section className="stack" data-testid="recipients">
      <h3>{t('runs.people')}</h3>
      <p className="quiet">{t('runs.people.about')}</p>
      {uncertain > 0 && <Alert type="warning" showIcon title={t('runs.uncertain', { n: number(uncertain) })} />}
      <div className="actions">
        <Select
          value={state ?? null}
          aria-label={t('col.state')}
          popupMatchSelectWidth={false}
          options={there.map((value) => ({
            value,
            label: `${label('state', value)} ${number(states[value] ?? 0)}`,
          }))}
          onChange={(next) => {
            setPicked(next ?? undefined)
            setPages([])
          }}
        />
        {writes && failed > 0 && (
          <Ask
            label={t('runs.resend-failed', { n: number(failed) })}
            title={t('runs.resend-failed', { n: number(failed) })}
            about={t('runs.resend-failed.about')}
            draft={`resend:${campaign}:${run.occurrence}`}
            done={t('act.done')}
            act={(note) => call('resendCampaign', { params, body: { whom: 'failed', ...(note !== '' && { note }) } })}
            after={done}
          />
        )}
        {writes && uncertain > 0 && (
          <>
            <Ask
              label={t('runs.resend-uncertain')}
              title={t('runs.resend-uncertain')}
              about={t('runs.resend-uncertain.about')}
              danger
              done={t('act.done')}
              act={() => call('resendCampaign', { params, body: { whom: 'uncertain' } })}
              after={done}
            />
            <Ask
              label={t('runs.treat-all')}
              title={t('runs.treat-all')}
              about={t('treat-as-sent.about')}
              done={t('act.done')}
              act={() => call('treatCampaignAsSent', { params, body: { whom: 'uncertain' } })}
              after={done}
            />
          </>
        )}
        <Button onClick={() => state && exportOf(campaign, run.occurrence, state)}>{t('runs.export')}</Button>
      </div>
      {problem && <ProblemAlert problem={problem} again={reload} />}
      <Table<CampaignRecipient>
        size="small"
        rowKey="contact"
        loading={loading && { delay: 250 }}
        dataSource={data?.recipients ?? []}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('runs.none') }}
        columns={[
          {
            title: t('runs.recipient'),
            render: (_, { contact, to }) => <code>{to || contact}</code>,
          },
          { title: t('col.state'), render: (_, row) => <State kind="state" code={row.state} /> },
          {
            title: t('col.reason'),
            render: (_, { reason, code }) => (
              <>
                {reason !== undefined && label('reason', reason)} {code !== undefined && <code>{code}</code>}
              </>
            ),
          },
          {
            title: t('col.channel'),
            render: (_, { channel }) => (channel === undefined ? '—' : label('channel', channel)),
          },
          { title: t('col.created'), render: (_, { at }) => <Moment at={at} /> },
          {
            title: '',
            render: (_, row) => (
              <div className="actions">
                <Button size="small" onClick={() => setWhose(row.contact)}>
                  {t('runs.why')}
                </Button>
                {writes && (row.state === 'uncertain' || row.state === 'failed') && (
                  <Ask
                    label={t('act.resend')}
                    title={t('act.resend')}
                    about={row.state === 'uncertain' ? t('resend.about.uncertain') : t('resend.about')}
                    danger={row.state === 'uncertain'}
                    done={t('act.done')}
                    act={() => call('resendCampaign', { params, body: { whom: [row.contact] } })}
                    after={done}
                  />
                )}
                {writes && row.state === 'uncertain' && (
                  <Ask
                    label={t('act.treat-as-sent')}
                    title={t('act.treat-as-sent')}
                    about={t('treat-as-sent.about')}
                    done={t('act.done')}
                    act={() => call('treatCampaignAsSent', { params, body: { whom: [row.contact] } })}
                    after={done}
                  />
                )}
              </div>
            ),
          },
        ]}
      />
      <div className="actions">
        {pages.length > 0 && <Button onClick={() => setPages(pages.slice(0, -1))}>{t('list.previous')}</Button>}
        {data?.next !== undefined && (
          <Button onClick={() => data.next !== undefined && setPages([...pages, data.next])}>{t('list.next')}</Button>
        )}
      </div>
      <Drawer
        open={whose !== undefined}
        onClose={() => setWhose(undefined)}
        title={t('runs.why')}
        size="min(560px, 100vw)"
      >
        {whose !== undefined && <WhyNot id={whose} campaign={campaign} />}
      </Drawer>
    </section>
  )
}

/** The most that one file takes. */
const MOST = 50_000

/** Everybody who stands so, as a file. */
async function exportOf(campaign: string, occurrence: string, state: (typeof STATES)[number]): Promise<void> {
  const rows: CampaignRecipient[] = []
  let after: string | undefined
  do {
    const query = given({ state, after, size: 500 })
    const page = await call('listCampaignRecipients', { params: { id: campaign, occurrence }, query } as never)
    rows.push(...page.recipients)
    after = page.next
  } while (after !== undefined && rows.length < MOST)
  const head = ['contact', 'to', 'state', 'channel', 'reason', 'code', 'at']
  const lines = rows.map((row) => [row.contact, row.to, row.state, row.channel, row.reason, row.code, row.at])
  saveFile(`${campaign}-${occurrence}-${state}.csv`, csvOf(head, lines))
}
