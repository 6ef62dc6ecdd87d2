import { Alert, Button, Card, Empty, Skeleton, Tag } from 'antd'
import { useState } from 'react'
import { call } from '../api/browser.js'
import type { Answer } from '../api/client.js'
import { useAct } from '../api/use-act.js'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Ask } from '../shell/ask.js'
import { Fields } from '../shell/bits.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { TrySteering } from './groups/steering.js'
import { WayForm } from './groups/way-form.js'
import { words } from './groups/words.js'

type Way = Answer<'listJoinWays'>['ways'][number]
const SEATS = { open: 'jw.seat.open', full: 'jw.seat.full', dismissed: 'jw.seat.dismissed' } as const

/** The join ways (加入群聊): one code that leads into several groups in turn, and a trial of the rules that choose. */
export function JoinWays() {
  return (
    <Needs scope="groups:read">
      <WithWords words={words}>
        <All />
      </WithWords>
    </Needs>
  )
}

function All() {
  const { t } = useWords()
  const may = useMay()('groups:write')
  const { data, problem, again } = useCall('listJoinWays', {}, { everyMs: 30_000 })
  const [form, setForm] = useState<{ way?: Way }>()
  return (
    <Page
      title={t('grp.join-ways')}
      back={{ to: '/groups', title: t('nav.groups') }}
      help={<LimitHelp of="groups" />}
      about={t('jw.about')}
      actions={
        may && (
          <Button type="primary" onClick={() => setForm({})} data-testid="new-way">
            {t('jw.new')}
          </Button>
        )
      }
    >
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      {data?.ways.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('jw.none')} />}
      <div className="two">
        {data?.ways.map((way) => (
          <One key={way.slug} way={way} edit={() => setForm({ way })} again={again} />
        ))}
      </div>
      <TrySteering ways={data?.ways ?? []} />
      {form && <WayForm {...(form.way && { way: form.way })} close={() => setForm(undefined)} after={again} />}
    </Page>
  )
}

function One({ way, edit, again }: { way: Way; edit(): void; again(): void }) {
  const { t, number } = useWords()
  const may = useMay()('groups:write')
  const { busy, act } = useAct()
  const { slug, title, account, qrCode, room, groups, unknown, problem, counts, origin } = way
  const [outcome, setOutcome] = useState<string>()
  return (
    <Card
      size="small"
      title={
        <>
          {title} <Tag color={room ? 'success' : 'error'}>{room ? t('jw.room') : t('jw.no-room')}</Tag>
        </>
      }
      data-testid={`way-${slug}`}
      extra={
        qrCode === undefined ? (
          <span className="quiet">{t('jw.no-qr')}</span>
        ) : (
          <a href={qrCode} target="_blank" rel="noreferrer" download={`${slug}.png`}>
            {t('jw.open-qr')}
          </a>
        )
      }
    >
      <div className="stack">
        <span className="quiet">
          <code>{slug}</code> · {account}
        </span>
        {problem && (
          <Alert type="error" showIcon title={t('jw.problem', { message: problem.message, fix: problem.fix })} />
        )}
        {unknown.length > 0 && (
          <Alert type="warning" showIcon title={t('jw.unknown', { groups: unknown.join(t('list.comma')) })} />
        )}
        <Fields
          lines={[
            [
              t('jw.groups'),
              <ul key="groups" className="rows">
                {groups.map(({ chatId, name, members, state, live, made }) => (
                  <li key={chatId}>
                    <span className="grow">
                      {name || chatId} {members}
                    </span>
                    {live && <Tag color="processing">{t('jw.live')}</Tag>}
                    {made && <Tag>{t('jw.made')}</Tag>}
                    <Tag color={state === 'open' ? 'success' : 'default'}>{t(SEATS[state])}</Tag>
                  </li>
                ))}
              </ul>,
            ],
            [
              t('jw.counts'),
              [counts.offered, counts.opened, counts.joined, counts.left].map((one) => number(one)).join(' / '),
            ],
          ]}
        />
        {outcome !== undefined && <span className="quiet">{t('jw.synced', { outcome })}</span>}
        {may && (
          <div className="actions">
            <Button
              size="small"
              loading={busy}
              onClick={() =>
                act(async () => {
                  const done = await call('syncJoinWay', { params: { slug }, body: { anyway: true } })
                  setOutcome(done.problem?.message ?? done.outcome)
                  again()
                })
              }
            >
              {t('jw.sync')}
            </Button>
            {origin === 'file' ? (
              <span className="quiet">{t('jw.file')}</span>
            ) : (
              <>
                <Button size="small" onClick={edit}>
                  {t('jw.edit')}
                </Button>
                <Ask
                  label={t('jw.delete')}
                  title={t('jw.delete')}
                  about={t('jw.delete.about')}
                  danger
                  done={t('jw.deleted')}
                  act={() => call('deleteJoinWay', { params: { slug } })}
                  after={again}
                />
              </>
            )}
          </div>
        )}
      </div>
    </Card>
  )
}
