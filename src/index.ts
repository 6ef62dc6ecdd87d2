/**
 * What `handlers/` import: everything a bot's author needs, from simple to advanced. Nothing else of `src/` is
 * meant for handlers; `docs/handlers.md` shows each of these at work.
 */

// 1. A handler file, and the messages it answers with.

export type { Bot, Plugin } from './core/composer.js'
export type { Context, Handler, HearsHandler } from './core/context.js'
export {
  article,
  card,
  choices,
  groupInvite,
  image,
  link,
  miniProgram,
  music,
  notice,
  text,
  video,
  voice,
} from './core/message.js'

// 2. Conversations: the handles of a context, opening hours, handing over to staff.

export type {
  ConsentPurpose,
  ContactHandle,
  ContentHandle,
  OpenWindow,
  SessionHandle,
  WindowHandle,
} from './core/context.js'
export { withinHours } from './core/hours.js'
export { handOver } from './core/message.js'

// 3. Messages and updates in detail: every kind, and the filters that `bot.on` takes.

export type { Media, Message, MessageKind, Reply } from './core/message.js'
export { splitText, toMessage } from './core/message.js'
export type {
  EventUpdate,
  MenuClickEvent,
  MessageUpdate,
  Narrow,
  PlatformName,
  TextMessage,
  Update,
  UpdateFilter,
  UpdateKind,
} from './core/update.js'

// 4. Advanced: what patterns compare, errors, and a bot inside the bot.

export { HandlerError } from './core/call.js'
export type { RootBot, SceneUpdate } from './core/composer.js'
export { createBot } from './core/composer.js'
export type { Answer, MatchedContext, MatchHandler, Unanswerable } from './core/context.js'
export { said } from './core/derived-context.js'
export { AppError, unreachable } from './core/errors.js'
export type { Logger } from './core/log.js'
export type { Pattern } from './core/match.js'
export { halfWidth, normalise } from './core/match.js'
