import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkPicture } from '../../src/editor/picture-check.js'
import { jpeg } from '../library/sample.js'
import { ARTICLE, type Bench, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** The head of a PNG of that size in pixels. */
function png(width = 40, height = 30): Buffer {
  const head = Buffer.alloc(33)
  Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1').copy(head)
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return head
}
const code = (bytes: Buffer, use?: 'body' | 'thumb') => {
  try {
    checkPicture(bytes, 'x.jpg', use)
    return 'taken'
  } catch (error) {
    return (error as { code?: string }).code
  }
}

test('what a picture is, its bytes say: scripts in disguise, broken and huge ones are refused', () => {
  expect(code(jpeg())).toBe('taken')
  expect(code(png())).toBe('taken')
  expect(code(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'))).toBe(
    'picture.kind',
  )
  expect(code(Buffer.from('<!doctype html><script>alert(1)</script>'))).toBe('picture.kind')
  expect(code(Buffer.from('GIF89a\x01\x00\x01\x00 <script>', 'latin1'))).toBe('picture.kind')
  expect(code(Buffer.from('RIFF____WEBPVP8 '))).toBe('picture.kind')
  expect(code(Buffer.alloc(0))).toBe('picture.kind')
  expect(code(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4]))).toBe('picture.pixels')
  expect(code(png(60_000, 60_000))).toBe('picture.pixels')
})

test('each use has the platform’s limit of its own', () => {
  expect(code(jpeg(65_537), 'thumb')).toBe('picture.size')
  expect(code(jpeg(65_536), 'thumb')).toBe('taken')
  expect(code(png(), 'thumb')).toBe('picture.kind')
  expect(code(jpeg(1_048_577), 'body')).toBe('picture.size')
  expect(code(jpeg(1_048_577))).toBe('taken')
  expect(code(jpeg(10_485_761))).toBe('picture.size')
})

test('its name is made of what it was called and of its content, never a path', () => {
  const name = (given: string) => checkPicture(jpeg(), given, undefined).name
  expect(name('Cover Tea.JPG')).toMatch(/^cover-tea-[0-9a-f]{10}\.jpg$/)
  expect(name('../../etc/passwd')).toMatch(/^etc-passwd-[0-9a-f]{10}\.jpg$/)
  expect(name('封面.png')).toMatch(/^picture-[0-9a-f]{10}\.jpg$/)
})

test('a picture put at the console is found by articles of every process, as a file with its very bytes', async () => {
  const { shelf, editor, library, open } = bench
  const bytes = jpeg(4000, 640, 480)
  const put = await shelf.put(bytes, { name: 'quilt.jpg', use: 'body' }, '林')
  expect(put).toMatchObject({ owner: 'console', type: 'image/jpeg', bytes: 4000, width: 640, height: 480 })
  expect((await shelf.put(bytes, { name: 'other.jpg' }, '陈')).name).toBe(put.name)
  const content = { ...ARTICLE, cover: put.name, body: `![被子](${put.name})` }
  const done = await editor.save('articles', 'with-picture', { content, rev: 0, live: true }, '林')
  expect(done).toMatchObject({ outcome: 'done', item: { problems: 0 } })
  const other = await open()
  for (const each of [library, other.library]) expect(await readFile(each.media(put.name)?.path ?? '')).toEqual(bytes)
  expect(await shelf.remove(put.name)).toEqual({
    used: [{ what: 'articles', name: 'with-picture', owner: 'console' }],
  })
})

test('the shelf lists both, by pages, and files’ pictures cannot be removed', async () => {
  const { shelf } = bench
  const first = await shelf.list({ limit: 1 })
  expect(first.pictures).toMatchObject([{ owner: 'console' }])
  const rest = await shelf.list({ limit: 10, after: first.next })
  expect(rest.pictures.map(({ name }) => name)).toEqual(['cover.jpg', 'thumb.jpg'])
  expect(await shelf.remove('cover.jpg')).toBe('read-only')
  expect(await shelf.remove('nothing.jpg')).toBe('unknown')
})

test('a picture only a draft uses is kept; one that nothing uses goes', async () => {
  const { shelf, editor, library } = bench
  const { name } = await shelf.put(jpeg(900, 10, 10), { name: 'draft' }, '林')
  await editor.save('articles', 'a-draft', { content: { body: `![图](${name})` }, rev: 0 }, '林')
  expect(await shelf.remove(name)).toEqual({
    used: [{ what: 'articles', name: 'a-draft', owner: 'console', draft: true }],
  })
  await editor.save('articles', 'a-draft', { content: { body: '没有了' }, rev: 1 }, '林')
  expect(await shelf.remove(name)).toBe('removed')
  expect(library.media(name)).toBeUndefined()
})
