import { t } from '../words.js'

/** `¥295.00` of integer fen. */
export function money(fen) {
  return `¥${(fen / 100).toFixed(2)}`
}

/** What an order's state is called. */
export const stateName = (order) => t(`order_${order.state}`)

const pad = (value) => String(value).padStart(2, '0')

/** `09-01 14:05` */
export function shortTime(at) {
  const date = new Date(at)
  return `${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** `2026-09-01 14:05:09` */
export function fullTime(at) {
  const date = new Date(at)
  return `${date.getFullYear()}-${shortTime(at)}:${pad(date.getSeconds())}`
}

/** Address of a product's drawn picture. */
export const pictureUrl = (product) => `/shop/pictures/${product}.svg`
