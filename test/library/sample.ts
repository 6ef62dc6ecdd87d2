import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createParser } from '../../src/library/parse.js'
import type { ContentProblem } from '../../src/library/problem.js'
import type { MediaFile } from '../../src/library/source.js'

/** A small folder that is in order; tests change single files of it. */
export const GOOD: Readonly<Record<string, string>> = {
  'articles/welcome.md': '---\ntitle: 欢迎\ndigest: 三分钟认识我们\ncover: cover.jpg\n---\n\n您好，**欢迎**。\n',
  'cards/gift.yaml': 'title: 见面礼\nappid: wx00000000000demo2\npath: pages/gift\nthumb: thumb.jpg\n',
  'replies/faq.yaml': '- match: { exact: 运费 }\n  answer: 满 99 元包邮\n',
  'menus/main.yaml': 'buttons:\n  - { name: 见面礼, card: gift }\n',
}

/** A real JPEG header of the given size in pixels, padded to `bytes`. */
export function jpeg(bytes = 200, width = 900, height = 383): Buffer {
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3])
  return Buffer.concat([head, Buffer.alloc(Math.max(0, bytes - head.length))])
}

export const picture = (name: string, more: Partial<MediaFile> = {}): MediaFile => ({
  name,
  path: `/nowhere/${name}`,
  bytes: 20_000,
  hash: 'h',
  type: 'image/jpeg',
  ...more,
})

/** Parses GOOD with some files changed (undefined: removed) and other media if given. */
export function parse(
  changes: Record<string, string | undefined> = {},
  media: MediaFile[] = [picture('cover.jpg'), picture('thumb.jpg')],
) {
  const files = Object.entries({ ...GOOD, ...changes }).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, text }],
  )
  return createParser('https://wx.example.com')({ files, media })
}

/** `file:line field` of every error, the way a person looks for it. */
export function places(problems: readonly ContentProblem[]): string[] {
  return problems.filter((each) => each.severity === 'error').map((each) => `${each.file}:${each.line} ${each.field}`)
}

/** Writes GOOD (with changes) to a fresh folder named `content`; `remove` deletes it. */
export async function folder(changes: Record<string, string | Buffer> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'weloop-content-'))
  const dir = join(root, 'content')
  const write = async (path: string, data: string | Buffer) => {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), data)
  }
  const media = { 'media/cover.jpg': jpeg(), 'media/thumb.jpg': jpeg(200, 520, 416) }
  for (const [path, data] of Object.entries({ ...GOOD, ...media, ...changes })) await write(path, data)
  return { dir, root, write, remove: () => rm(root, { recursive: true, force: true }) }
}
