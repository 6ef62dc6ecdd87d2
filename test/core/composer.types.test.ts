import { expect, test } from '@jest/globals'
import {
  article,
  type Bot,
  createBot,
  type Handler,
  type Plugin,
  type Reply,
  type TextMessage,
} from '../../src/index.js'

/** Checked by `tsc`: what compiles must, and every line marked as an error must be one. */
const checked: Plugin = (bot) => {
  bot.on('message.text', (ctx) => ctx.update.text satisfies string)
  bot.on('message.image', (ctx) => ctx.update.mediaId satisfies string)
  bot.on('event.subscribe', (ctx) => ctx.update.scene satisfies string | undefined)
  bot.on(['event.menu.click', 'event.menu.scan'], (ctx) => ctx.update.key satisfies string)
  bot.on('event.menu', (ctx) => ctx.update.kind satisfies `event.menu.${string}`)
  bot.on('message', (ctx) => ctx.update.kind satisfies `message.${string}`)

  // @ts-expect-error a picture has no text
  bot.on('message.image', (ctx) => ctx.update.text)
  // @ts-expect-error not every message has text
  bot.on('message', (ctx) => ctx.update.text)
  // @ts-expect-error no such kind
  bot.on('message.txt', () => '')
  // @ts-expect-error a number is no reply
  bot.on('message', () => 5)
  // @ts-expect-error nor is half a message
  bot.on('message', () => ({ kind: 'text' }))

  bot.hears(/(\d+)/, (ctx) => ctx.match[1] satisfies string | undefined)
  bot.hears('x', (ctx) => ctx.update.text satisfies string)
  // @ts-expect-error only what matched has a match
  bot.on('message.text', (ctx) => ctx.match[0])

  bot.scene('store-1', (ctx) => ctx.update.scene satisfies string)
  bot.menu('A', (ctx) => ctx.update.key satisfies string)
  bot.waiting('x', (ctx) => {
    ctx.update.kind satisfies `message.${string}`
  })
  bot.account('shop').on('message.text', (ctx) => ctx.update.text satisfies string)
  bot.filter(
    (ctx) => ctx.update.kind === 'message.text',
    () => 'x',
  )
  bot.on('message').on('message.text', (ctx) => ctx.update.text satisfies string)
  // @ts-expect-error a text message is no event: nothing is left to narrow to
  bot.on('message').on('event.scan', (ctx) => ctx.update.scene)

  const long = bot.filter(
    (ctx): ctx is typeof ctx & { update: TextMessage } =>
      ctx.update.kind === 'message.text' && ctx.update.text.length > 9,
  )
  long.use((ctx) => ctx.update.text satisfies string)

  bot.on('event.unsubscribe', () => {})
  bot.on('event.unsubscribe', async () => {})
  // @ts-expect-error nobody is there to read it
  bot.on('event.unsubscribe', () => 'come back!')
  // @ts-expect-error nobody is there to read it, later either
  bot.on('event.contact.cancelled', async () => article('welcome'))

  const general: Handler = () => 'x'
  bot.use(general)
  bot.on('message.voice', general)
  const textOnly: Handler<TextMessage> = (ctx) => ctx.update.text
  bot.on('message.text', textOnly)
  // @ts-expect-error a handler of texts cannot take every update
  bot.use(textOnly)
  // @ts-expect-error no such purpose
  bot.use((ctx) => ctx.contact.consent('spam', true))
}

test('the types of the bot hold', () => {
  const bot = createBot()
  bot satisfies Bot
  const install: (plugin: Plugin) => Bot = bot.install
  install(checked)
  bot.handle satisfies (ctx: never) => Reply | Promise<Reply>
  expect(typeof bot.handle).toBe('function')
})
