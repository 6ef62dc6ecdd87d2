import { BellOutlined, CloseOutlined, DisconnectOutlined } from '@ant-design/icons'
import { Button, Skeleton, Tag, Tooltip } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { DeskMe, InboxRow } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useNarrow } from '../state/theme.js'
import { useDraft } from '../state/use-draft.js'
import { useWords, WithWords } from '../words/use-words.js'
import { ring } from './inbox/bell.js'
import { KeyHelp, useKeys } from './inbox/keys.js'
import { NotStaff, Presence } from './inbox/presence.js'
import { QueueList } from './inbox/queue.js'
import { QUEUES, type Queue } from './inbox/rows.js'
import { Talk } from './inbox/talk.js'
import { useInbox } from './inbox/use-inbox.js'
import { words } from './inbox/words.js'
import './inbox/inbox.css'

const MOST_OPEN = 8

/** Where staff serve followers. */
export function Inbox() {
  return (
    <WithWords words={words}>
      <Needs scope="desk:read">
        <Door />
      </Needs>
    </WithWords>
  )
}

function Door() {
  const { t } = useWords()
  const { data: me, problem, again } = useCall('getDeskMe', {}, { everyMs: 30_000 })
  if (me) return <Desk me={me} again={again} />
  return (
    <Page title={t('nav.inbox')}>
      {problem ? <ProblemAlert problem={problem} again={again} /> : <Skeleton active />}
    </Page>
  )
}

function Desk({ me, again }: { me: DeskMe; again(): void }) {
  const { t } = useWords()
  const narrow = useNarrow()
  const [search, setSearch] = useSearchParams()
  const queue = QUEUES.find((one) => one === search.get('queue')) ?? 'mine'
  const current = search.get('c') ?? undefined
  const { data: staff } = useCall('listDeskStaff', {}, { everyMs: 60_000 })
  const members = useMemo(() => staff?.staff ?? [], [staff])
  const opened = useDraft('inbox-open', '')
  const quiet = useDraft('inbox-quiet', '')
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set())
  const [names, setNames] = useState<ReadonlyMap<string, InboxRow>>(new Map())
  const open = useMemo(() => opened.value.split(' ').filter((id) => id !== ''), [opened.value])

  const go = useCallback(
    (change: { queue?: Queue; c?: string | undefined }) =>
      setSearch((before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(change)) {
          if (value === undefined) next.delete(name)
          else next.set(name, value)
        }
        return next
      }),
    [setSearch],
  )
  const read = useCallback((id: string) => {
    setUnread((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : before))
  }, [])
  const { set: setOpened } = opened
  const show = useCallback(
    (id: string) => {
      go({ c: id })
      read(id)
      if (!open.includes(id)) setOpened([...open, id].slice(-MOST_OPEN).join(' '))
    },
    [go, read, open, setOpened],
  )
  const shut = (id: string) => {
    const left = open.filter((one) => one !== id)
    opened.set(left.join(' '))
    if (id === current) go({ c: left.at(-1) })
  }

  const heard = (row: InboxRow, before: InboxRow | undefined) => {
    const { _id: id, state, held, staff: holder, lastInAt } = row.conversation
    setNames((known) => new Map(known).set(id, row))
    const mine = held === true && holder === me.staff
    if (mine !== (before?.conversation.held === true && before.conversation.staff === me.staff)) again()
    const spoke = lastInAt !== undefined && lastInAt !== before?.conversation.lastInAt
    const fresh = (state === 'queued' && before?.conversation.state !== 'queued') || (mine && spoke)
    if (!fresh || (id === current && !document.hidden)) return
    setUnread((known) => new Set(known).add(id))
    if (quiet.value === '') ring()
  }
  const inbox = useInbox(queue, me.staff, heard)
  const { list, stream, listen } = inbox
  const rows = list?.rows ?? []
  const rowOf = (id: string) => names.get(id) ?? rows.find(({ conversation }) => conversation._id === id)
  const name = useCallback(
    (by: string) => members.find(({ userid }) => userid === by)?.name ?? (by === me.staff ? me.name : by),
    [members, me],
  )

  useEffect(() => {
    document.title = `${unread.size > 0 ? `(${unread.size}) ` : ''}${t('nav.inbox')} · 微环`
  }, [unread.size, t])
  useEffect(() => {
    const seen = () => {
      if (!document.hidden && current !== undefined) read(current)
    }
    document.addEventListener('visibilitychange', seen)
    return () => document.removeEventListener('visibilitychange', seen)
  }, [current, read])

  const step = (by: 1 | -1) => {
    const at = rows.findIndex(({ conversation }) => conversation._id === current)
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))]
    if (next) show(next.conversation._id)
  }
  useKeys({
    next: () => step(1),
    before: () => step(-1),
    queue: (index) => go({ queue: QUEUES[index] ?? 'mine' }),
    write: () => document.querySelector<HTMLElement>('.composer textarea')?.focus(),
  })

  const whole = narrow && current !== undefined
  return (
    <Page
      title={t('nav.inbox')}
      actions={
        !whole && (
          <>
            {stream !== 'open' && (
              <Tag color="warning" icon={<DisconnectOutlined />} data-testid="stream-down">
                {t('inbox.down')}
              </Tag>
            )}
            <Presence me={me} again={again} />
            <Tooltip title={t(quiet.value === '' ? 'inbox.sound.off' : 'inbox.sound.on')}>
              <Button
                type="text"
                icon={<BellOutlined className={quiet.value === '' ? '' : 'quiet'} />}
                aria-label={t('inbox.sound')}
                aria-pressed={quiet.value === ''}
                onClick={() => quiet.set(quiet.value === '' ? 'quiet' : '')}
              />
            </Tooltip>
            <KeyHelp />
          </>
        )
      }
    >
      <NotStaff me={me} />
      <div className={whole ? 'inbox whole' : 'inbox'} data-testid="inbox" data-stream={stream}>
        {!whole && (
          <QueueList
            queue={queue}
            change={(next) => go({ queue: next })}
            list={list}
            problem={inbox.problem}
            again={inbox.again}
            current={current}
            unread={unread}
            open={show}
            name={name}
          />
        )}
        {(!narrow || whole) && (
          <div className="desk-side">
            {!narrow && open.length > 1 && (
              <div className="tabs" role="tablist" aria-label={t('inbox.tabs')}>
                {open.map((id) => (
                  <span key={id} className={id === current ? 'tab current' : 'tab'}>
                    <button type="button" role="tab" aria-selected={id === current} onClick={() => show(id)}>
                      {rowOf(id)?.name ?? id.slice(0, 6)}
                      {unread.has(id) && ' •'}
                    </button>
                    <Button
                      type="text"
                      size="small"
                      icon={<CloseOutlined />}
                      aria-label={t('inbox.tab.close')}
                      onClick={() => shut(id)}
                    />
                  </span>
                ))}
              </div>
            )}
            {current === undefined ? (
              <p className="quiet choose">{t('inbox.choose')}</p>
            ) : (
              <Talk
                key={current}
                id={current}
                row={rowOf(current)}
                me={me}
                members={members}
                listen={listen}
                name={name}
                back={() => go({ c: undefined })}
              />
            )}
          </div>
        )}
      </div>
    </Page>
  )
}
