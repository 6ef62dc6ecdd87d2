import { h } from './dom.js'

const DAY = 86_400_000
const day = new Intl.DateTimeFormat('zh-CN', { month: 'numeric', day: 'numeric' })
const date = new Intl.DateTimeFormat('zh-CN', { year: 'numeric', month: 'numeric', day: 'numeric' })
const clock = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false })

/** A moment: 14:30, 昨天 14:30, 3/5 14:30, 2025/12/1. */
export function when(iso) {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const now = new Date()
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const time = clock.format(at)
  if (at >= midnight && at < new Date(+midnight + DAY)) return time
  if (at < midnight && at >= new Date(+midnight - DAY)) return `昨天 ${time}`
  return at.getFullYear() === now.getFullYear() ? `${day.format(at)} ${time}` : date.format(at)
}

/** A day: 2026/3/5. */
export const onDay = (iso) => date.format(new Date(iso))

/** How long from now: 还有 3 小时 20 分. */
export function left(iso) {
  const minutes = Math.floor((new Date(iso).getTime() - Date.now()) / 60_000)
  if (minutes < 1) return '马上结束'
  const hours = Math.floor(minutes / 60)
  return hours === 0 ? `还有 ${minutes} 分钟` : `还有 ${hours} 小时${minutes % 60 ? ` ${minutes % 60} 分` : ''}`
}

/** Money in fen: ¥199.00. */
export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`

/** Where somebody is known. */
export const PLATFORMS = {
  'official-account': '公众号',
  wecom: '企业微信',
  kf: '微信客服',
  staff: '企业微信',
  'mini-program': '小程序',
  shop: '商城',
  phone: '手机号',
  unionid: '微信（unionid）',
}

/** Says something for a few seconds at the foot of the page. */
export function tell(text, bad = false) {
  document.querySelector('.toast')?.remove()
  const toast = h('p', { class: bad ? 'toast bad' : 'toast', role: bad ? 'alert' : 'status', testid: 'toast' }, text)
  document.body.append(toast)
  setTimeout(() => toast.remove(), bad ? 8000 : 3000)
}

/** A field that says why there is nothing, with a way on. */
export function notice(text, ...more) {
  return h('div', { class: 'notice', testid: 'notice' }, h('p', {}, text), more)
}

/** A new word for one act, so that it is done once when it is asked for twice. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
