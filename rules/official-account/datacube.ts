/** How many days, both ends included, one call of a statistics endpoint may span. Dates are days in Asia/Shanghai. */
export const datacubeSpans = {
  getusersummary: 7,
  getusercumulate: 7,
  getarticleread: 1,
  getarticleshare: 1,
  getbizsummary: 30,
  getarticletotaldetail: 1,
  getupstreammsg: 7,
  getupstreammsghour: 1,
  getupstreammsgweek: 30,
  getupstreammsgmonth: 30,
  getupstreammsgdist: 15,
  getupstreammsgdistweek: 30,
  getupstreammsgdistmonth: 30,
  getinterfacesummary: 30,
  getinterfacesummaryhour: 1,
} as const

/** A statistics endpoint that is maintained. */
export type DatacubeName = keyof typeof datacubeSpans

/** Endpoints whose maintenance the platform stopped, with what replaced them. */
export const datacubeStopped: Readonly<Record<string, DatacubeName>> = {
  getarticlesummary: 'getarticleread',
  getarticletotal: 'getarticletotaldetail',
  getuserread: 'getbizsummary',
  getuserreadhour: 'getbizsummary',
  getusershare: 'getarticleshare',
  getusersharehour: 'getarticleshare',
}

/** The first day with data. */
export const datacubeFirstDay = '2014-12-01'

/** The hour of the day (Asia/Shanghai) from which yesterday's numbers are usually there; not promised by the platform. */
export const datacubeReadyHour = 8

/** Where the numbers were read. */
export const datacubeSource = 'developers.weixin.qq.com: 数据统计接口'
