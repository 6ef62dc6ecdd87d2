import { basename } from 'node:path'
import { createParser } from './parse.js'
import { type ContentProblem, inFolder } from './problem.js'
import { createReader } from './read.js'

/** What `weloop content check` found. Any of `problems` fails the check; `warnings` do not. */
export interface ContentReport {
  problems: ContentProblem[]
  warnings: ContentProblem[]
  counts: {
    articles: number
    cards: number
    replies: number
    menus: number
    notices: number
    segments: number
    media: number
  }
  /** Items of the folders that features read themselves, by what they are called in Chinese. */
  more: Record<string, number>
}

/** What other definitions may name. */
export interface ContentNames {
  hasArticle(slug: string): boolean
  hasCard(slug: string): boolean
  segment(slug: string): unknown
}

/** A folder of `content/` that a feature reads itself; `shown` is what paths in problems begin with. */
export type ContentFolder = (
  dir: string,
  names: ContentNames,
  shown: string,
) => Promise<{ title: string; count: number; problems: ContentProblem[] }>

/** Checks a content folder: spelling of every file, names between files, platform limits. Reads only. */
export async function contentCheck(
  dir: string,
  publicUrl = 'https://wx.example.com',
  folders: readonly ContentFolder[] = [],
): Promise<ContentReport> {
  const reading = await createReader(dir)()
  const { content, problems } = createParser(publicUrl)(reading.source)
  const names: ContentNames = {
    hasArticle: (slug) => content.articles.has(slug),
    hasCard: (slug) => content.cards.has(slug),
    segment: (slug) => content.segments.get(slug),
  }
  const more = await Promise.all(folders.map((folder) => folder(dir, names, basename(dir))))
  const all = [
    ...inFolder([...reading.problems, ...problems], basename(dir)),
    ...more.flatMap((folder) => folder.problems),
  ]
  return {
    problems: all.filter((each) => each.severity === 'error'),
    warnings: all.filter((each) => each.severity === 'warning'),
    counts: {
      articles: content.articles.size,
      cards: content.cards.size,
      replies: content.rules.length,
      menus: content.menus.size,
      notices: content.notices.size,
      segments: content.segments.size,
      media: content.media.size,
    },
    more: Object.fromEntries(more.map(({ title, count }) => [title, count])),
  }
}

/** The report for a terminal, grouped by file, in the content authors' language. Ends without a line break. */
export function formatReport(report: ContentReport): string {
  const all = [...report.problems, ...report.warnings]
  const files = [...new Set(all.map((each) => each.file))].sort()
  const groups = files.map((file) => {
    const lines = all
      .filter((each) => each.file === file)
      .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
      .map((each) => {
        const where = each.line === undefined ? each.file : `${each.file}:${each.line}`
        const mark = each.severity === 'error' ? '✗' : '!'
        return `  ${mark} ${where}  ${each.field}：${each.message}\n      改法：${each.fix}`
      })
    return lines.join('\n')
  })
  const { articles, cards, replies, menus, notices, segments, media } = report.counts
  const counts = `文章 ${articles}，卡片 ${cards}，回复规则 ${replies}，菜单 ${menus}，通知 ${notices}，人群 ${segments}，媒体文件 ${media}${Object.entries(
    report.more,
  )
    .map(([title, count]) => `，${title} ${count}`)
    .join('')}`
  const verdict =
    report.problems.length === 0
      ? `✓ 检查通过${report.warnings.length > 0 ? `，有 ${report.warnings.length} 处提醒` : ''}`
      : `✗ 有 ${report.problems.length} 处问题${report.warnings.length > 0 ? `，${report.warnings.length} 处提醒` : ''}`
  return [...groups, `${verdict}（${counts}）`].join('\n')
}
