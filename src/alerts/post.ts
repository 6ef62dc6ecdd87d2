import { AppError, messageOf } from '../core/errors.js'
import type { Outcome } from '../core/outcome.js'
import type { Recipient, SendRow } from './model.js'
import type { Place, Places } from './places.js'
import type { AlertClient, AlertPorts } from './ports.js'
import { chatMessage, robotMessage } from './wording.js'

/** What a post needs. */
export type PostPorts = Pick<AlertPorts, 'settings' | 'corps' | 'client' | 'outcomeOf' | 'startGroupSend'> & {
  places: Places
}

const CALL_MS = 30_000
/** There is no such internal group (any more): it is made anew once. */
const GONE: ReadonlySet<number> = new Set([40050, 86001, 86003])

/** The place of a recipient, where it is one that can be stopped. */
export function placeOf(to: Recipient): Place | undefined {
  if (to.kind === 'robot') return { kind: 'robot', name: to.robot }
  return to.kind === 'chat' ? { kind: 'chat', name: to.chat } : undefined
}

/** Gives the function that makes one call. It never throws; only a post that was under way itself ends `uncertain`. */
export function createPost({ settings, corps, client, outcomeOf, startGroupSend, places }: PostPorts) {
  function clientOf(account: string | undefined): AlertClient {
    const found = account === undefined ? undefined : client(account)
    if (found) return found
    throw new AppError('alert.account', 'no account of WeCom is configured for it')
  }

  async function call({ _id, to, content }: SendRow, posting: () => void): Promise<void> {
    const signal = AbortSignal.timeout(CALL_MS)
    switch (to.kind) {
      case 'group-send':
        if (!startGroupSend) throw new AppError('alert.group-send', 'there are no group sends here')
        return startGroupSend(to.name, _id)
      case 'robot': {
        const key = settings.robots[to.robot]
        if (key === undefined) throw new AppError('alert.robot', `there is no robot '${to.robot}' any more`)
        const { robots } = clientOf(corps[0])
        posting()
        return robots.send(key, robotMessage(content), { signal })
      }
      case 'chat': {
        const chat = settings.chats[to.chat]
        if (chat === undefined) throw new AppError('alert.chat', `there is no internal group '${to.chat}' any more`)
        const own = clientOf(chat.account ?? corps[0])
        const id = await places.chat(to.chat, chat, own)
        posting()
        return own.chats.send(id, chatMessage(content), { signal })
      }
    }
  }

  return async (row: SendRow): Promise<Outcome> => {
    const { to, attempts } = row
    let under = false
    try {
      await call(row, () => {
        under = true
      })
      return { state: 'sent' }
    } catch (error) {
      const reason = messageOf(error)
      if (error instanceof AppError && error.code.startsWith('alert.')) return { state: 'failed', reason }
      if (to.kind === 'group-send')
        return error instanceof AppError ? { state: 'failed', reason } : { state: 'retry', reason }
      const outcome = outcomeOf(error)
      if (outcome.state === 'uncertain' && !under) return { state: 'retry', reason }
      const gone = to.kind === 'chat' && 'code' in outcome && GONE.has(outcome.code ?? 0)
      if (!gone || to.kind !== 'chat') return outcome
      await places.lost(to.chat)
      return attempts > 1 ? outcome : { state: 'retry', reason }
    }
  }
}
