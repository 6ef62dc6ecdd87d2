import { choices } from '../core/message.js'
import { type Happening, QUEUE_LOOK_MS, type Rules, type Step } from './happening.js'
import type { ClosedBy, ConversationRow } from './model.js'
import { fillText } from './settings.js'
import {
  after,
  atRest,
  done,
  fact,
  idleAt,
  joinedText,
  missed,
  moved,
  say,
  seconds,
  settled,
  voteId,
  without,
} from './step-parts.js'

/** Another staff member has it now. */
export function transferred(
  row: ConversationRow,
  happening: Happening & { type: 'transferred' },
  now: Date,
  { times }: Rules,
): Step {
  const { from, to, number, slot } = happening
  if (!row.held || row.staff !== from) return { refused: 'not-yours' }
  if (from === to) return { refused: 'same-staff' }
  const next: ConversationRow = {
    ...without(row, 'alertedAt'),
    state: 'staff',
    staff: to,
    number,
    slot,
    takenAt: now,
    unansweredSince: row.unansweredSince ?? now,
    nextAt: after(now, times.alertAfter),
  }
  return done(next, now, [
    fact('desk.transferred', { from, to, skill: row.skill }),
    { kind: 'released', staff: from, why: 'transferred' },
    { kind: 'taken', staff: to, how: 'transferred' },
  ])
}

/** Staff have it no more; it goes back to the front of the queue. */
export function lost(row: ConversationRow, { why, skill }: Happening & { type: 'lost' }, now: Date): Step {
  if (!row.held || row.staff === undefined) return { refused: 'not-yours' }
  const next: ConversationRow = {
    ...without(row, 'held', 'number', 'slot', 'staff', 'offer', 'alertedAt', 'wanted'),
    state: 'queued',
    priority: 1,
    tried: [row.staff],
    unansweredSince: row.unansweredSince ?? now,
    nextAt: now,
    ...(skill !== undefined && { skill }),
  }
  const to = { skill: skill ?? row.skill }
  return done(next, now, [
    why === 'transferred'
      ? fact('desk.transferred', { from: row.staff, ...to })
      : fact('desk.reassigned', { staff: row.staff, why, seconds: seconds(row.unansweredSince ?? now, now), ...to }),
    { kind: 'released', staff: row.staff, why },
  ])
}

/** Whoever should act is late: they, or their supervisors, are told. */
export function late(
  row: ConversationRow,
  { alert, place }: Happening & { type: 'late' },
  now: Date,
  { times, texts }: Rules,
): Step {
  const since = row.state === 'queued' ? row.queuedAt : row.unansweredSince
  if (since === undefined || row.state === 'bot' || row.state === 'waiting') return { refused: 'not-queued' }
  const minutes = Math.round(seconds(since, now) / 60)
  const queued = row.state === 'queued'
  const next: ConversationRow = {
    ...row,
    alertedAt: now,
    nextAt: queued
      ? row.offer && row.offer.until > now
        ? row.offer.until
        : after(now, QUEUE_LOOK_MS)
      : after(since, times.reassignAfter),
  }
  return done(next, now, [
    ...(alert.length > 0
      ? [{ kind: 'alert' as const, what: queued ? ('queue' as const) : ('unanswered' as const), staff: alert, minutes }]
      : []),
    ...(queued && place !== undefined && texts.stillQueued !== '' ? [say(fillText(texts.stillQueued, { place }))] : []),
    fact('desk.late', { what: row.state, staff: row.staff, minutes }),
  ])
}

/** The bot answers again. */
export function toBot(row: ConversationRow, by: 'follower' | 'staff' | 'api', now: Date, { times }: Rules): Step {
  if (row.state === 'bot') return { refused: 'already' }
  const rest = by === 'follower' ? without(atRest(row), 'ticket') : atRest(row)
  return done({ ...rest, state: 'bot', ...idleAt(rest, now, times) }, now, [
    ...missed(row, 'withdrawn', now),
    ...(row.held && row.staff !== undefined
      ? [{ kind: 'released' as const, staff: row.staff, why: 'bot' as const }]
      : []),
    fact('desk.returned', { by, staff: row.held ? row.staff : undefined }),
    ...settled(row, by === 'follower'),
  ])
}

/** Nobody is on duty: what waits becomes a ticket, and the bot answers meanwhile. */
export function ticketed(
  row: ConversationRow,
  { ticket, asksUntil }: Happening & { type: 'ticketed' },
  now: Date,
): Step {
  if (row.held) return { refused: 'taken' }
  if (row.ticket !== undefined) {
    if (row.state !== 'queued') return { refused: 'already' }
    const back: ConversationRow = { ...without(atRest(row), 'nextAt'), state: 'bot' }
    return done(back, now, [...missed(row, 'hours', now), moved(row.ticket, 'open')])
  }
  const next: ConversationRow = { ...without(atRest(row), 'nextAt'), state: 'bot', ticket: ticket._id, asksUntil }
  return done(next, now, [
    ...missed(row, 'hours', now),
    { kind: 'ticket', ticket },
    fact('desk.ticket', { ticket: ticket.number, skill: ticket.skill, deadline: ticket.deadline.toISOString() }),
  ])
}

/** It was served and ended in the platform's own client; the vote rides the code of that end, so nothing is said here. */
export function endedElsewhere(row: ConversationRow, staff: string | undefined, now: Date, { times }: Rules): Step {
  if (row.state !== 'bot') return { refused: row.state === 'closed' ? 'closed' : 'taken' }
  const next: ConversationRow = {
    ...without(atRest(row), 'open', 'nextAt', 'asksUntil'),
    state: 'closed',
    closedAt: now,
    closedBy: 'staff',
    elsewhere: true,
    ...(staff !== undefined && { staff }),
    vote: { askedAt: now, until: after(now, times.voteFor) },
  }
  const { channel, skill } = row
  return done(next, now, [fact('desk.closed-elsewhere', { staff, channel, skill }), ...settled(row, false)])
}

/** It is over; whoever was served is asked for a vote. */
export function closed(row: ConversationRow, by: ClosedBy, now: Date, { times, texts }: Rules): Step {
  const served = row.held === true && row.staff !== undefined
  const votes = served && row.firstReplyAt !== undefined && by !== 'left' && times.voteFor > 0
  const next: ConversationRow = {
    ...without(
      row,
      'open',
      'held',
      'number',
      'slot',
      'offer',
      'tried',
      'nextAt',
      'alertedAt',
      'asksUntil',
      'unansweredSince',
    ),
    state: 'closed',
    closedAt: now,
    closedBy: by,
    ...(votes && { vote: { askedAt: now, until: after(now, times.voteFor) } }),
  }
  const items = texts.voteChoices.map((words, at) => ({ id: voteId(row._id, at + 1), text: words }))
  const whole = { seconds: seconds(row.queuedAt ?? now, now), answered: row.firstReplyAt !== undefined }
  return done(next, now, [
    ...missed(row, by, now),
    ...(served ? [{ kind: 'released' as const, staff: row.staff ?? '', why: 'closed' as const }] : []),
    ...(served
      ? [fact('desk.closed', { by, staff: row.staff, ...whole, channel: row.channel, skill: row.skill })]
      : []),
    ...settled(row, by === 'left'),
    ...(votes ? [{ kind: 'say' as const, message: choices(joinedText(texts.closed, texts.vote), items) }] : []),
    ...(served && !votes && by !== 'left' && texts.closed !== '' ? [say(texts.closed)] : []),
  ])
}
