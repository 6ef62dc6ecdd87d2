import { clockText } from '../time.js'

const pad = (value) => String(value).padStart(2, '0')

/** `2026-11-22 14:05` */
export function fullTime(at) {
  const date = new Date(at)
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clockText(at)}`
}
