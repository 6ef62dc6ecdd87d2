import { type Fields, fieldsOf, numberOf, optional, rowsOf, textOf } from './read.js'

/** New and lost followers of a day by where they came from (`user_source` of the platform: 0 other, 1 search, 30 code ...). */
export interface FollowerChange {
  day: string
  source: number
  gained: number
  lost: number
}

/** Readers by where they read; `全部` is their sum. */
export interface Readers {
  scene: string
  people: number
}

/** Readers of one article on a day. */
export interface ArticleReaders {
  day: string
  /** `<msgDataId>_<place from 1>`; joins with what sending and publishing gave. */
  articleId: string
  people: number
  bySource: Readers[]
}

/** Interactions with an account's or an article's pages. */
export interface Reading {
  readers: number
  bySource: Readers[]
  sharers: number
  /** 爱心赞 (在看). */
  hearts: number
  /** 拇指赞. */
  likes: number
  comments: number
  collectors: number
  /** Followed 阅读原文. */
  sourceReaders: number
}

/** The account's articles together on a day. */
export interface AccountReading extends Reading {
  day: string
  /** Pages that were sent or published. */
  pages: number
}

/** What an article has gathered on one of the days after it was published. */
export interface ArticleDay extends Reading {
  day: string
  /** Praise money in fen. */
  praiseFen: number
  /** Readers who followed the account from the article. */
  followed: number
  /** 0 to 1. */
  deliveryRate: number
  finishRate: number
  averageSeconds: number
}

/** An article with its days, up to 30. */
export interface ArticleTotal {
  /** The day of publication. */
  day: string
  articleId: string
  title: string
  url: string
  /** Whether followers were notified (mass send) or not (publish). */
  notified: boolean
  days: ArticleDay[]
}

/** Messages from followers. */
export interface Upstream {
  day: string
  /** 0 to 23 in hourly rows. */
  hour?: number
  /** 1 text, 2 image, 3 voice, 4 video, 6 third-party link. */
  type: number
  people: number
  messages: number
}

/** How many people sent how many messages. */
export interface UpstreamDistribution {
  day: string
  /** 0 none, 1 1-5, 2 6-10, 3 more than 10. */
  interval: number
  people: number
}

/** Calls of our callback. */
export interface CallbackCalls {
  day: string
  hour?: number
  calls: number
  failures: number
  totalMs: number
  longestMs: number
}

const day = (row: Fields) => textOf(row, 'ref_date')
const hour = (row: Fields) => (row['ref_hour'] === undefined ? {} : { hour: numberOf(row, 'ref_hour') / 100 })
const sources = (row: Fields): Readers[] =>
  rowsOf(row['read_user_source']).map((item) => ({
    scene: textOf(item, 'scene_desc'),
    people: numberOf(item, 'user_count'),
  }))

/** Readers of the platform's rows. */
export const read = {
  change: (row: Fields): FollowerChange => ({
    day: day(row),
    source: numberOf(row, 'user_source'),
    gained: numberOf(row, 'new_user'),
    lost: numberOf(row, 'cancel_user'),
  }),
  count: (row: Fields) => ({ day: day(row), followers: numberOf(row, 'cumulate_user') }),
  readers: (row: Fields): ArticleReaders => ({
    day: day(row),
    articleId: textOf(row, 'msgid'),
    people: numberOf(fieldsOf(row['detail']), 'read_user'),
    bySource: sources(fieldsOf(row['detail'])),
  }),
  sharers: (row: Fields) => ({
    day: day(row),
    articleId: textOf(row, 'msgid'),
    people: numberOf(fieldsOf(row['detail']), 'share_user'),
  }),
  account: (row: Fields): AccountReading => ({
    day: day(row),
    ...reading(fieldsOf(row['detail'])),
    pages: numberOf(fieldsOf(row['detail']), 'send_page_count'),
  }),
  total: (row: Fields): ArticleTotal => ({
    day: day(row),
    articleId: textOf(row, 'msgid'),
    title: textOf(row, 'title'),
    url: optional('url', row['content_url']).url ?? '',
    notified: numberOf(row, 'publish_type') === 0,
    days: rowsOf(row['detail_list']).map((item) => ({
      day: textOf(item, 'stat_date'),
      ...reading(item),
      praiseFen: numberOf(item, 'praise_money'),
      followed: numberOf(item, 'read_subscribe_user'),
      deliveryRate: numberOf(item, 'read_delivery_rate'),
      finishRate: numberOf(item, 'read_finish_rate'),
      averageSeconds: numberOf(item, 'read_avg_activetime'),
    })),
  }),
  upstream: (row: Fields): Upstream => ({
    day: day(row),
    ...hour(row),
    type: numberOf(row, 'msg_type'),
    people: numberOf(row, 'msg_user'),
    messages: numberOf(row, 'msg_count'),
  }),
  distribution: (row: Fields): UpstreamDistribution => ({
    day: day(row),
    interval: numberOf(row, 'count_interval'),
    people: numberOf(row, 'msg_user'),
  }),
  calls: (row: Fields): CallbackCalls => ({
    day: day(row),
    ...hour(row),
    calls: numberOf(row, 'callback_count'),
    failures: numberOf(row, 'fail_count'),
    totalMs: numberOf(row, 'total_time_cost'),
    longestMs: numberOf(row, 'max_time_cost'),
  }),
}

const reading = (row: Fields): Reading => ({
  readers: numberOf(row, 'read_user'),
  bySource: sources(row),
  sharers: numberOf(row, 'share_user'),
  hearts: numberOf(row, 'zaikan_user'),
  likes: numberOf(row, 'like_user'),
  comments: numberOf(row, 'comment_count'),
  collectors: numberOf(row, 'collection_user'),
  sourceReaders: numberOf(row, 'redirect_ori_page_user'),
})
