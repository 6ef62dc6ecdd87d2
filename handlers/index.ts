import type { Plugin } from '../src/index.js'
import fallback from './fallback.js'
import faq from './faq.js'
import greeting from './greeting.js'
import keywords from './keywords.js'
import media from './media.js'
import menu from './menu.js'
import optOut from './opt-out.js'
import parcel, { parcelNumber } from './parcel.js'
import service from './service.js'
import welcome from './welcome.js'

/**
 * What the bot does, in order: an update goes down this list and the first handler that fits takes it. Words with one
 * meaning come first, the answers to open questions after them, so that 退货 and 运费 are understood also while a
 * parcel number is awaited; the last one answers what nobody understood.
 */
const handlers: Plugin[] = [
  optOut, // 退订 must work whatever else is going on
  welcome, // follows and scanned codes
  greeting,
  service, // 人工
  faq,
  menu,
  parcel, // 查快递: asks for the number ...
  keywords, // content/replies, kept by the content authors
  parcelNumber, // ... and takes it, when the message was nothing of the above
  media, // pictures, voice and the like
  fallback,
]

export default handlers
