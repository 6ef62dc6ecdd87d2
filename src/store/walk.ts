import type { mongo } from 'mongoose'

/** The order of a list by time. */
export type TimeOrder = 'newest' | 'oldest'

/** Where a list by time goes on: behind the first `skip` documents of the moment `at`. */
export interface WalkPlace {
  at: Date
  skip: number
}

/** Which part of a collection is walked. */
export interface Walk<T> {
  /** Only fields of the index that carries the order; everything else belongs into `fits`. */
  filter: Readonly<Record<string, unknown>>
  /** The field of the order, a date in an index. */
  field: string
  /** Newest first unless given. */
  order?: TimeOrder | undefined
  from?: Date | undefined
  /** Documents before this moment. */
  to?: Date | undefined
  /** `next` of the page before. */
  after?: string | undefined
  limit: number
  /** Documents looked at for one page at most; 5,000 unless given. */
  most?: number
  /** What the index does not tell. */
  fits?(document: T): boolean
  projection?: mongo.Document
}

/** One page; with `next` there may be more, even when the page is short or empty. */
export interface WalkPage<T> {
  rows: T[]
  next?: string
}

const MOST = 5000

/**
 * A page of a list by time. The cursor is a moment and how many documents of that moment were passed, so that nothing is
 * left out or told twice when many share a moment, and new documents do not shift the pages. What the index cannot
 * narrow is looked at one by one, at most `most` a page: a rare kind takes more pages, never a long scan.
 */
export async function walk<T extends object>(rows: mongo.Collection<never>, asked: Walk<T>): Promise<WalkPage<T>> {
  const { filter, field, order = 'newest', from, to, after, limit, most = MOST, fits, projection } = asked
  const place = after === undefined ? undefined : readPlace(after)
  const behind = place && (order === 'newest' ? { $lte: place.at } : { $gte: place.at })
  const range = { ...(from && { $gte: from }), ...(to && { $lt: to }), ...behind }
  const cursor = (rows as unknown as mongo.Collection<mongo.Document>)
    .find({ ...filter, ...(Object.keys(range).length > 0 && { [field]: range }) }, projection ? { projection } : {})
    .sort({ [field]: order === 'newest' ? -1 : 1 })
    .skip(place?.skip ?? 0)
    .limit(most + 1)
    .batchSize(Math.min(limit + 1, most + 1))
  const found: T[] = []
  let at = place?.at.getTime() ?? Number.NaN
  let passed = place?.skip ?? 0
  let looked = 0
  try {
    for await (const document of cursor) {
      if (found.length === limit || looked === most) return { rows: found, next: `${at}.${passed}` }
      const moment = (document[field] as Date).getTime()
      passed = moment === at ? passed + 1 : 1
      at = moment
      looked += 1
      const row = document as unknown as T
      if (fits === undefined || fits(row)) found.push(row)
    }
  } finally {
    await cursor.close()
  }
  return { rows: found }
}

/** True for a text that `walk` gave as `next`. */
export const isPlace = (text: string): boolean => /^\d{1,15}\.\d{1,9}$/.test(text)

function readPlace(text: string): WalkPlace | undefined {
  if (!isPlace(text)) return undefined
  const [at = '', skip = ''] = text.split('.')
  return { at: new Date(Number(at)), skip: Number(skip) }
}
