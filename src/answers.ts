import type { Contacts } from './contacts/contacts.js'
import type { Bot } from './core/composer.js'
import type { Reply } from './core/message.js'
import type { Update } from './core/update.js'
import type { CorpParts } from './corp-parts.js'
import type { DeskParts } from './desk-parts.js'
import type { ContextFactory } from './inbox/context.js'
import type { Kf } from './kf/kf.js'
import type { Publishing } from './publishing/publishing.js'
import type { PushParts } from './push-parts.js'
import type { Unionids } from './unionids.js'

/** Who hears of an update, and who may answer it. */
export interface AnswerParts {
  publishing: Pick<Publishing, 'apply'>
  contacts: Pick<Contacts, 'apply'>
  push: Pick<PushParts, 'apply'>
  corp: Pick<CorpParts, 'apply' | 'answered'>
  kf: Pick<Kf, 'apply' | 'answered' | 'silent'>
  desk: Pick<DeskParts, 'apply' | 'answered'>
  unionids: Pick<Unionids, 'learn'>
  contexts: ContextFactory
  bot: Pick<Bot, 'handle'>
}

/**
 * The way of an update to its answer: who must know of it goes before the handlers, then welcomes and group rules, then
 * staff at the desk, then the bot. Returns without a promise where nobody has to be waited for: most messages.
 */
export function createAnswers(parts: AnswerParts) {
  const { publishing, contacts, push, corp, kf, desk, unionids, contexts, bot } = parts

  return function answer(update: Update, receivedAt: Date, first = false): Reply | Promise<Reply> {
    const published = publishing.apply(update)
    const applied = contacts.apply(update)
    const pushed = push.apply(update)
    const known = corp.apply(update)
    const told = kf.apply(update)
    const staffed = desk.apply(update)
    const context = contexts(update, receivedAt)
    const atDesk = () => desk.answered(update, () => spoken(update, context), { first })
    const answered = () => kf.answered(update, () => corp.answered(update, atDesk))
    if ((published ?? applied ?? pushed ?? known ?? told ?? staffed) === undefined) return answered()
    return Promise.all([published, applied, pushed, known, told, staffed]).then(() => {
      unionids.learn(update)
      return answered()
    })
  }

  /** The bot's answer; none while staff speak with the person in the platform's own client. */
  function spoken(update: Update, context: ReturnType<ContextFactory>): Reply | Promise<Reply> {
    const silent = kf.silent(update)
    if (silent === undefined) return bot.handle(context)
    return silent.then((quiet) => (quiet ? undefined : bot.handle(context)))
  }
}
