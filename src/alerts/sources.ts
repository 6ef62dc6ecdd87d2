import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Fact } from '../events/fact.js'

/** What becomes facts here because nobody else tells it. */
export interface Sources {
  /**
   * Makes facts of what came in: messages with words that a rule waits for (`message.keyword`), complaints
   * (`message.complaint`), the platform's news to operators (`platform.notice`). Undefined when there is nothing in it.
   */
  apply(update: Update): Promise<void> | undefined
  /** The platform refused something that an operator must mend; told once an hour. */
  problem(problem: PlatformProblem): Promise<void>
}

/** A refusal that concerns an account as a whole. */
export interface PlatformProblem {
  account: string
  /** `permission`, `credential`, `ip`, `quota` ... */
  what: string
  /** The call, or the thing that was refused. */
  name?: string
  code?: number
  /** In words, without a secret. */
  reason: string
  at: Date
}

/** The words that rules wait for at this moment. */
export interface Words {
  own: readonly string[]
  /** Empty when no rule is about complaints. */
  complaint: readonly string[]
}

const LONGEST = 500
const HOUR_MS = 3_600_000

/** Makes facts of updates, each once. */
export function createSources(ports: {
  events: Pick<Events, 'append'>
  words(): Promise<Words>
  /** The same as of a few seconds ago, without waiting; undefined before they were first read. */
  known(): Words | undefined
  contactOf(update: Update): Promise<string | undefined>
}): Sources {
  const { events, contactOf } = ports

  /** Most messages have no such word: they cost no promise. */
  function message(update: Update, text: string): Promise<void> | undefined {
    const words = ports.known()
    if (words === undefined) return ports.words().then((read) => tell(update, text, foundIn(text, read)))
    const found = foundIn(text, words)
    return found.length === 0 ? undefined : tell(update, text, found)
  }

  async function tell(update: Update, text: string, kinds: readonly Found[]): Promise<void> {
    if (kinds.length === 0) return
    const contact = await contactOf(update)
    const { account, at, kind } = update
    await events.append(
      kinds.map(({ type, keywords }) => ({
        source: 'alerts',
        id: idOf(type, update.id),
        type,
        account,
        occurredAt: at,
        ...(contact !== undefined && { contact }),
        props: { keywords: keywords.slice(0, 20), text: text.slice(0, LONGEST), kind: kind.slice('message.'.length) },
      })),
    )
  }

  return {
    apply(update) {
      if (update.kind === 'message.text') return message(update, update.text)
      if (update.kind === 'message.voice')
        return update.transcript === undefined ? undefined : message(update, update.transcript)
      const notice = noticeOf(update)
      return notice && events.append([notice]).then(() => undefined)
    },
    async problem({ account, what, name, code, reason, at }) {
      const hour = Math.floor(at.getTime() / HOUR_MS)
      const props = { account, what, reason, ...(name !== undefined && { name }), ...(code !== undefined && { code }) }
      const id = idOf('refused', [account, what, name ?? '', code ?? '', hour].join(':'))
      await events.append([{ source: 'alerts', id, type: 'platform.refused', account, occurredAt: at, props }])
    },
  }
}

interface Found {
  type: 'message.keyword' | 'message.complaint'
  keywords: string[]
}

function foundIn(text: string, { own, complaint }: Words): Found[] {
  if (own.length === 0 && complaint.length === 0) return []
  const said = text.toLowerCase()
  const found = (list: readonly string[]) => [...new Set(list.filter((word) => said.includes(word.toLowerCase())))]
  const kinds: Found[] = [
    { type: 'message.keyword', keywords: found(own) },
    { type: 'message.complaint', keywords: found(complaint) },
  ]
  return kinds.filter(({ keywords }) => keywords.length > 0)
}

/** The platform's news that operators are to be told. */
function noticeOf(update: Update): Fact | undefined {
  const fact = (name: string, text: string | undefined): Fact => ({
    source: 'alerts',
    id: idOf('notice', update.id),
    type: 'platform.notice',
    account: update.account,
    occurredAt: update.at,
    props: { account: update.account, name, ...(text !== undefined && { text }) },
  })
  switch (update.kind) {
    case 'event.corp.notice':
    case 'event.mini-program':
      return fact(update.name, plain(update.fields))
    case 'event.account.verification':
      return fact(`verification.${update.status}`, update.reason)
    default:
      return undefined
  }
}

/** The plain fields of a notice in one line. */
function plain(fields: Record<string, unknown>): string | undefined {
  const shown = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [`${name}=${value}`] : [],
  )
  return shown.length > 0 ? shown.join(' ').slice(0, LONGEST) : undefined
}

const idOf = (what: string, id: string) => `${what}:${id}`.slice(0, 400)
