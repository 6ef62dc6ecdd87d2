import { cut, type Exchange } from '../../exchanges.js'
import type { PushFault } from '../../faults.js'
import { attemptOf, sendOnce } from '../../official-account/push/send.js'
import { background, type Platform, pause } from '../../platform.js'
import type { XmlElement } from '../../xml.js'
import { bound, type Corp, type Scene } from '../corp.js'
import { readCorpReply } from './reply.js'
import { type CorpEnvelope, type CorpUpdate, sealCorp } from './seal.js'

/** Changes to one push, and what its passive reply does. */
export interface CorpPushOptions {
  tamper?: NonNullable<PushFault['part']>
  /** Sent instead of the generated XML. */
  xml?: string
  /** The push takes a passive reply, which is given to this. */
  onReply?: (root: XmlElement) => void
}

interface Push {
  platform: Platform
  corp: Corp
  exchange: Exchange
  envelope: CorpEnvelope
  url: string
  to: string
  onReply: ((root: XmlElement) => void) | undefined
}

const MAX_SUBJECTS = 20_000

/**
 * Sends a push as WeCom does: 5 s for HTTP 200, up to 3 resends of the same body and signature otherwise. Its exchange
 * joins the scene's pushes; `done` resolves when it is over. Pushes wait for nobody: their order is not guaranteed.
 * An app without a callback address gets none.
 */
export function push(scene: Scene, update: CorpUpdate, options: CorpPushOptions = {}): void {
  const { platform, corp, now } = scene
  if (corp.options.callbackUrl === '') return
  const faults = platform.faults.forPush(corp.options.id)
  const tamper = options.tamper ?? faults.find((fault) => fault.kind === 'tamper')?.part
  const envelope = sealCorp(corp, update, now, { ...options, ...(tamper && { tamper }) })
  const { callbackUrl, id } = corp.options
  const url = `${callbackUrl}${callbackUrl.includes('?') ? '&' : '?'}${new URLSearchParams(envelope.query)}`
  const exchange = platform.exchanges.open({
    account: id,
    follower: update.subject,
    kind: update.kind,
    at: now,
    method: 'POST',
    url,
    mode: 'safe',
    query: envelope.query,
    signature: envelope.signature,
    body: envelope.body,
    xml: envelope.xml,
  })
  exchange.faults = faults.map((fault) => (fault.kind === 'tamper' ? `tamper ${fault.part}` : fault.kind))
  corp.lastExchange.set(update.subject, exchange.id)
  bound(corp.lastExchange, MAX_SUBJECTS)
  const { onReply } = options
  const done = run({ platform, corp, exchange, envelope, url, to: update.from ?? '', onReply }, faults)
  scene.pushes.push({ exchange, done })
  background(platform, done)
}

async function run(push: Push, faults: PushFault[]): Promise<Exchange> {
  const { platform, corp, exchange } = push
  if (faults.some((fault) => fault.kind === 'lose')) {
    exchange.state = 'failed'
    platform.exchanges.changed(exchange)
    return exchange
  }
  const reordered = faults.find((fault) => fault.kind === 'reorder')
  for (const fault of faults) if (fault.kind === 'delay') await pause(platform, fault.ms ?? 1000)
  if (reordered) await untilNextPush(platform, corp, reordered.ms ?? 2000)
  const copies = faults.find((fault) => fault.kind === 'duplicate')
  const main = attempts(push)
  await Promise.all([main, ...Array.from({ length: copies ? (copies.copies ?? 1) : 0 }, () => copy(push))])
  if (!reordered) for (const release of corp.held.splice(0)) release()
  platform.exchanges.changed(exchange)
  return exchange
}

/** Held back until another push of the corporation was sent, or the time is over. */
function untilNextPush(platform: Platform, corp: Corp, ms: number): Promise<void> {
  return new Promise((resolve) => {
    corp.held.push(resolve)
    void pause(platform, ms).then(resolve)
  })
}

async function attempts(push: Push): Promise<void> {
  const { platform, corp, exchange } = push
  const { answerMs, resends, resendGapMs } = platform.timing
  for (let n = 1; n <= resends + 1 && !platform.stop.signal.aborted; n++) {
    if (n > 1 && resendGapMs > 0) await pause(platform, resendGapMs)
    const startedAt = platform.clock.now()
    const answer = await sendOnce(platform, { url: push.url, method: 'POST', body: push.envelope.body }, answerMs)
    const attempt = attemptOf(n, startedAt, answer)
    exchange.attempts.push(attempt)
    if (!('problem' in answer) && answer.status === 200) {
      const reply = readCorpReply(corp, answer.raw, push.to)
      exchange.state = reply.reply === 'xml' ? 'replied' : 'acknowledged'
      if (reply.reply === 'bad') exchange.warnings.push(reply.why)
      if (reply.reply === 'xml') {
        attempt.clear = cut(reply.clear)
        if (push.onReply) push.onReply(reply.root)
        else exchange.warnings.push(`a reply to ${exchange.kind} is not shown to anybody`)
      }
      return
    }
    if (!('problem' in answer)) attempt.problem = `HTTP ${answer.status}; only 200 is an answer`
    platform.exchanges.changed(exchange)
  }
  exchange.state = 'failed'
}

/** A duplicate of the push: its answer is only logged. */
async function copy({ platform, exchange, url, envelope }: Push): Promise<void> {
  const startedAt = platform.clock.now()
  const answer = await sendOnce(platform, { url, method: 'POST', body: envelope.body }, platform.timing.answerMs)
  exchange.attempts.push({ ...attemptOf(1, startedAt, answer), copy: true })
}
