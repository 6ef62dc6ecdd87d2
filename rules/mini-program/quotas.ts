/** Calls a day of a mini program, by path. Rolls at 00:00 Asia/Shanghai. */
export const miniProgramDailyQuotas: Readonly<Record<string, number>> = {
  '/wxa/generatescheme': 500_000,
  '/wxa/generate_urllink': 500_000,
  '/wxa/genwxashortlink': 1_000_000,
  '/cgi-bin/message/subscribe/send': 10_000_000,
  '/cgi-bin/message/custom/send': 500_000,
  '/cgi-bin/express/delivery/open_msg/follow_waybill': 100_000,
  '/cgi-bin/express/delivery/open_msg/trace_waybill': 100_000,
  '/wxa/msg_sec_check': 2_000_000,
  '/wxa/media_check_async': 200_000,
}

/** Calls a minute of a mini program, by path. */
export const miniProgramMinuteQuotas: Readonly<Record<string, number>> = {
  '/wxa/getwxacodeunlimit': 5000,
  '/wxa/msg_sec_check': 4000,
  '/wxa/media_check_async': 2000,
}

/** Where the numbers were read; part of them is only staff-quoted. */
export const miniProgramQuotaSource = 'developers.weixin.qq.com: 小程序服务端接口'
