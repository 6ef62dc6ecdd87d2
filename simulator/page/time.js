import { t } from './words.js'

const pad = (value) => String(value).padStart(2, '0')

/** `14:05` */
export function clockText(at) {
  const date = new Date(at)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** `14:05:09` */
export function secondText(at) {
  return `${clockText(at)}:${pad(new Date(at).getSeconds())}`
}

/** As WeChat writes the time above a chat line: `14:05`, `昨天 14:05`, `1月2日 14:05`. */
export function stampText(at, now) {
  const date = new Date(at)
  const days = Math.floor((startOfDay(now) - startOfDay(at)) / 86_400_000)
  if (days <= 0) return clockText(at)
  if (days === 1) return `${t('yesterday')} ${clockText(at)}`
  return `${date.getMonth() + 1}月${date.getDate()}日 ${clockText(at)}`
}

function startOfDay(at) {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
