import { Avatar, Badge, Segmented, Skeleton, Tag } from 'antd'
import { useEffect, useState } from 'react'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { InboxRow } from '../../api/types.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { clockOf, QUEUES, type Queue, urgency, waitsSince } from './rows.js'

/** The queues in words. */
const NAMES = {
  mine: 'inbox.queue.mine',
  unassigned: 'inbox.queue.unassigned',
  all: 'inbox.queue.all',
  bot: 'inbox.queue.bot',
  closed: 'inbox.queue.closed',
} as const
const WHY_EMPTY = {
  mine: 'inbox.empty.mine',
  unassigned: 'inbox.empty.unassigned',
  all: 'inbox.empty.all',
  bot: 'inbox.empty.bot',
  closed: 'inbox.empty.closed',
} as const
/** Where a conversation is held, in words. */
export const CHANNEL_WORDS = {
  'official-account': 'inbox.channel.oa',
  kf: 'inbox.channel.kf',
  'mini-program': 'inbox.channel.mini',
} as const
/** The states of conversations in words. */
export const STATE_WORDS = {
  bot: 'inbox.state.bot',
  queued: 'inbox.state.queued',
  staff: 'inbox.state.staff',
  waiting: 'inbox.state.waiting',
  closed: 'inbox.state.closed',
} as const

/** The present, every so many ms. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** The queues with their counts, and the lines of one. */
export function QueueList(props: {
  queue: Queue
  change(queue: Queue): void
  list: Answer<'listInbox'> | undefined
  problem: ApiProblem | undefined
  again(): void
  current: string | undefined
  unread: ReadonlySet<string>
  open(id: string): void
  name(by: string): string
}) {
  const { queue, change, list, problem, again, current, unread, open, name } = props
  const { t } = useWords()
  const now = useNow(5000)
  const count = (one: Queue) =>
    list && (one === 'mine' || one === 'unassigned' || one === 'all') ? list.counts[one] : undefined
  return (
    <section className="queue" aria-label={t('inbox.queues')}>
      <Segmented<Queue>
        size="small"
        value={queue}
        onChange={change}
        options={QUEUES.map((value) => ({
          value,
          label: (
            <span data-testid={`queue-${value}`}>
              {t(NAMES[value])} {count(value) !== undefined && <b className="count">{count(value)}</b>}
            </span>
          ),
        }))}
      />
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!list && !problem && <Skeleton active className="pad" />}
      {list?.rows.length === 0 && <p className="quiet pad">{t(WHY_EMPTY[queue])}</p>}
      <ul className="talks">
        {list?.rows.map((row) => (
          <Line
            key={row.conversation._id}
            row={row}
            now={now}
            limits={list}
            current={row.conversation._id === current}
            unread={unread.has(row.conversation._id)}
            open={() => open(row.conversation._id)}
            name={name}
          />
        ))}
      </ul>
    </section>
  )
}

function Line(props: {
  row: InboxRow
  now: number
  limits: { alertAfterMs: number; queueAlertAfterMs: number }
  current: boolean
  unread: boolean
  open(): void
  name(by: string): string
}) {
  const { row, now, limits, current, unread, open, name } = props
  const { t } = useWords()
  const { conversation, last } = row
  const called = row.name ?? t('inbox.nameless')
  return (
    <li>
      <button
        type="button"
        className={current ? 'talk current' : 'talk'}
        aria-current={current}
        onClick={open}
        data-testid="talk"
        data-id={conversation._id}
        data-conversation-state={conversation.state}
      >
        <Badge dot={unread}>
          <Avatar size={36}>{called.slice(0, 1)}</Avatar>
        </Badge>
        <span className="grow">
          <span className="talk-head">
            <b className="grow">
              {called} {conversation.priority === 1 && <Tag color="gold">{t('inbox.ticket')}</Tag>}
            </b>
            <Wait row={row} now={now} limits={limits} />
          </span>
          <span className="talk-line quiet">
            {last?.direction === 'out' && '↩ '}
            {last?.line ?? conversation.reason ?? ''}
          </span>
          <span className="talk-foot quiet">
            {t(CHANNEL_WORDS[conversation.channel])}
            {conversation.skill !== undefined && ` · ${conversation.skill}`}
            {conversation.held && conversation.staff !== undefined && ` · ${name(conversation.staff)}`}
          </span>
        </span>
      </button>
    </li>
  )
}

function Wait({ row, now, limits }: { row: InboxRow; now: number; limits: Parameters<typeof Line>[0]['limits'] }) {
  const { t } = useWords()
  const wait = waitsSince(row)
  if (!wait) return <span className="quiet small">{t(STATE_WORDS[row.conversation.state])}</span>
  const ms = now - Date.parse(wait.since)
  const limit = wait.for === 'queue' ? limits.queueAlertAfterMs : limits.alertAfterMs
  const how = urgency(ms, limit)
  return (
    <span className={`wait ${how}`} title={t(wait.for === 'queue' ? 'inbox.waits.queue' : 'inbox.waits.answer')}>
      {how === 'bad' && '! '}
      {clockOf(ms)}
    </span>
  )
}
