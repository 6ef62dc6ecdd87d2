import type { ServerResponse } from 'node:http'
import { shanghaiDay } from '../clock.js'
import { text } from '../json.js'
import { recordsOf } from '../official-account/records.js'
import type { Platform } from '../platform.js'

/** The public page of an article, `/s/<article id>?idx=1`; `openid` says who reads it, for the statistics. */
export function serveArticle(platform: Platform, response: ServerResponse, url: URL): boolean {
  const id = url.pathname.slice('/s/'.length)
  const place = Number(url.searchParams.get('idx') ?? 1)
  for (const account of platform.accounts.values()) {
    const records = recordsOf(account)
    const made = records.articles.get(id)
    const article = made?.articles[place - 1]
    if (!made || !article) continue
    const openid = url.searchParams.get('openid') ?? records.lastSeen
    if (openid !== undefined) made.readers.push({ place, day: shanghaiDay(platform.clock.now()), openid })
    const removed = made.removed.has(place)
    const body = removed ? '<p>该内容已被发布者删除</p>' : (text(article, 'content') ?? '')
    const title = plainText(text(article, 'title') ?? '')
    const html = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; img-src 'self' http: https: data:; style-src 'unsafe-inline'; sandbox",
      'X-Content-Type-Options': 'nosniff',
    })
    response.end(html)
    return true
  }
  return false
}

const plainText = (words: string) => words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
