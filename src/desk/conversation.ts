import { unreachable } from '../core/errors.js'
import { closed, endedElsewhere, late, lost, ticketed, toBot, transferred } from './conversation-ends.js'
import type { Happening, Rules, Step } from './happening.js'
import type { ConversationRow, EffectWork, Offer } from './model.js'
import { fillText } from './settings.js'
import { after, done, fact, idleAt, later, moved, say, seconds, without } from './step-parts.js'

/**
 * What becomes of a conversation when something happens to it: the only place where its states change. Pure; the
 * effects are carried out once the next state is stored.
 */
export function step(row: ConversationRow, happening: Happening, now: Date, rules: Rules): Step {
  if (row.state === 'closed') return { refused: 'closed' }
  switch (happening.type) {
    case 'spoke':
      return spoke(row, now, rules)
    case 'asked':
      return asked(row, happening, now)
    case 'offered':
      return offered(row, happening.offer, now)
    case 'taken':
      return taken(row, happening, now, rules)
    case 'answered':
      return answered(row, happening.staff, now, rules)
    case 'transferred':
      return transferred(row, happening, now, rules)
    case 'lost':
      return lost(row, happening, now)
    case 'late':
      return late(row, happening, now, rules)
    case 'to-bot':
      return toBot(row, happening.by, now, rules)
    case 'ticketed':
      return ticketed(row, happening, now)
    case 'noted':
      return done(without(row, 'asksUntil'), now, [])
    case 'closed':
      return closed(row, happening.by, now, rules)
    case 'ended-elsewhere':
      return endedElsewhere(row, happening.staff, now, rules)
    default:
      return unreachable(happening)
  }
}

function spoke(row: ConversationRow, now: Date, { times }: Rules): Step {
  const next = { ...row, lastInAt: later(row.lastInAt, now) }
  if (row.state === 'bot') return done({ ...next, ...idleAt(row, now, times) }, now, [])
  if (row.state !== 'waiting') return done(next, now, [])
  return done(
    { ...without(next, 'alertedAt'), state: 'staff', unansweredSince: now, nextAt: after(now, times.alertAfter) },
    now,
    [],
  )
}

function asked(row: ConversationRow, happening: Happening & { type: 'asked' }, now: Date): Step {
  if (row.state !== 'bot') return { refused: 'already' }
  const { skill, reason, wanted, ticket } = happening
  const next: ConversationRow = {
    ...without(
      row,
      'firstReplyAt',
      'takenAt',
      'offer',
      'alertedAt',
      'asksUntil',
      'skill',
      'reason',
      'wanted',
      'unansweredSince',
    ),
    state: 'queued',
    priority: ticket ? 1 : 0,
    queuedAt: now,
    tried: [],
    nextAt: now,
    ...(skill !== undefined && { skill }),
    ...(reason !== undefined && { reason }),
    ...(wanted !== undefined && { wanted }),
  }
  return done(next, now, [
    fact('desk.requested', { channel: row.channel, skill, reason, ticket: row.ticket }),
    ...(row.ticket === undefined ? [] : [moved(row.ticket, 'queued')]),
  ])
}

function offered(row: ConversationRow, offer: Offer, now: Date): Step {
  if (row.state !== 'queued') return { refused: 'not-queued' }
  const tried = offer.round === (row.offer?.round ?? offer.round) ? (row.tried ?? []) : []
  const next: ConversationRow = { ...row, offer, tried: [...new Set([...tried, ...offer.staff])], nextAt: offer.until }
  return done(next, now, [{ kind: 'offered', staff: offer.staff }])
}

function taken(
  row: ConversationRow,
  happening: Happening & { type: 'taken' },
  now: Date,
  { times, texts }: Rules,
): Step {
  const { staff, name, number, slot, how } = happening
  if (row.held) return { refused: row.staff === staff ? 'yours' : 'taken' }
  const queuedAt = row.queuedAt && row.state === 'queued' ? row.queuedAt : now
  const next: ConversationRow = {
    ...without(row, 'alertedAt', 'asksUntil'),
    state: 'staff',
    held: true,
    staff,
    number,
    slot,
    queuedAt,
    takenAt: now,
    unansweredSince: now,
    nextAt: after(now, times.alertAfter),
  }
  const first = row.takenAt === undefined || row.state === 'bot'
  return done(next, now, [
    fact('desk.taken', { staff, how, seconds: seconds(queuedAt, now), channel: row.channel, skill: row.skill }),
    { kind: 'taken', staff, how },
    ...(first && texts.taken !== '' ? [say(fillText(texts.taken, { staff: name }))] : []),
  ])
}

function answered(row: ConversationRow, staff: string, now: Date, { times }: Rules): Step {
  if (!row.held || row.staff !== staff) return { refused: 'not-yours' }
  const next: ConversationRow = {
    ...without(row, 'unansweredSince', 'alertedAt', 'tried'),
    state: 'waiting',
    lastOutAt: later(row.lastOutAt, now),
    firstReplyAt: row.firstReplyAt ?? now,
    nextAt: after(now, times.closeAfter),
  }
  const facts: EffectWork[] = []
  if (row.firstReplyAt === undefined) {
    const whole = { seconds: seconds(row.queuedAt ?? now, now), sinceTaken: seconds(row.takenAt ?? now, now) }
    facts.push(fact('desk.first-reply', { staff, ...whole, channel: row.channel, skill: row.skill }))
    if (row.ticket !== undefined) facts.push({ ...moved(row.ticket, 'answered'), staff })
  } else if (row.unansweredSince !== undefined) {
    facts.push(fact('desk.answered', { staff, seconds: seconds(row.unansweredSince, now) }))
  }
  return done(next, now, facts)
}
