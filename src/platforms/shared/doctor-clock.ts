import type { Finding } from './finding.js'
import type { HttpClient } from './http-client.js'

/** Compares our clock with the `Date` header of the platform's answer: off by 30 s warns, by 120 s fails. */
export async function checkClock(apiBase: string, options: { http: HttpClient; now: () => Date }): Promise<Finding> {
  const check = 'clock'
  const before = options.now().getTime()
  const end = await options.http.request({ method: 'GET', url: new URL('/', apiBase), deadlineMs: 5_000 })
  const after = options.now().getTime()
  const there = end.end === 'answered' ? Date.parse(end.headers['date'] ?? '') : Number.NaN
  if (Number.isNaN(there)) {
    return {
      check,
      state: 'warn',
      found: { zh: '无法得到微信服务器时间', en: 'the time of the platform is not known' },
      fix: { zh: '确认本机已开启 NTP 校时', en: 'See that this machine keeps its time by NTP' },
    }
  }
  const seconds = Math.round((there + 500 - (before + after) / 2) / 1000)
  const off = Math.abs(seconds)
  const found = {
    zh: off < 2 ? '本机时间与微信一致' : `本机时间与微信相差 ${off} 秒（${seconds > 0 ? '慢' : '快'}）`,
    en:
      off < 2
        ? 'the clock agrees with the platform'
        : `the clock is ${off} s ${seconds > 0 ? 'behind' : 'ahead of'} the platform`,
  }
  if (off <= 30) return { check, state: 'ok', found }
  const fix = {
    zh: '校准系统时间：timedatectl set-ntp true（或启用 chrony）；相差过大时推送会因时间戳被拒绝',
    en: 'Set the time: timedatectl set-ntp true (or run chrony); pushes are refused by their timestamp when it is far off',
  }
  return { check, state: off > 120 ? 'fail' : 'warn', found, fix }
}
