import { type Bot, type Context, card, halfWidth, type TextMessage } from '../src/index.js'
import { toStaff } from './service.js'

const WAITING = 'parcel-number'
const ASK = '请发送快递单号（例如 SF1234567890123），我来帮您查。\n不查了请回复“取消”。'

/**
 * 查快递: asks for the number and waits for it, or takes it from the same message. Two wrong numbers in a row bring a
 * person.
 */
export default function parcel(bot: Bot) {
  bot.hears(/^(?:查快递|查物流|查单号|查包裹)[\s:：,，]*([A-Z0-9][A-Z0-9\s-]*)$/i, async (ctx) => {
    const number = waybill(ctx.match[1] ?? '')
    return number === undefined ? wrong(ctx) : found(ctx, number)
  })

  bot.hears(['查快递', '查物流', '快递', '物流', '查包裹', '包裹', '我的快递', /(快递|包裹)到哪/], askForNumber)
}

/** The answer to the question: a number, 取消, or something else. Stands after every word with a meaning of its own. */
export function parcelNumber(bot: Bot) {
  const asked = bot.waiting(WAITING)

  asked.hears(['取消', '算了', '不查了', '退出'], async (ctx) => {
    await ctx.session.clear()
    return '好的，已取消。需要时再回复“查快递”。'
  })

  asked.on('message.text', (ctx) => {
    const number = waybill(ctx.update.text)
    return number === undefined ? wrong(ctx) : found(ctx, number)
  })

  asked.on(['message.image', 'message.voice'], async (ctx) => {
    await ctx.session.wait(WAITING, await ctx.session.data())
    return '请把快递单号用文字发给我，例如 SF1234567890123；不查了请回复“取消”。'
  })
}

/** Asks for the number and waits for it; also what the menu button does. */
export async function askForNumber(ctx: Context) {
  await ctx.session.wait(WAITING)
  return ASK
}

async function found(ctx: Context<TextMessage>, number: string) {
  await ctx.session.clear()
  await ctx.record('parcel.asked')
  await ctx.send(card('my-orders', { waybill: number }))
  return `已收到单号 ${number}，点开下面的订单卡片即可看到最新物流。`
}

async function wrong(ctx: Context<TextMessage>) {
  const waits = (await ctx.session.waitingFor()) === WAITING
  const { tries = 0 } = waits ? await ctx.session.data() : {}
  if (Number(tries) >= 1) return toStaff(ctx)
  await ctx.session.wait(WAITING, { tries: 1 })
  return '这个单号好像不对：快递单号是 10 到 20 位的数字，前面可能有两三个字母，例如 SF1234567890123。请再发一次，或回复“取消”。'
}

/** The waybill number in a text, as carriers print it (letters first, then digits; 10-20 in all), or undefined. */
export function waybill(text: string): string | undefined {
  const number = halfWidth(text).replace(/[\s-]/g, '').toUpperCase()
  return /^(?=.{10,20}$)[A-Z]{0,4}\d{8,20}$/.test(number) ? number : undefined
}
