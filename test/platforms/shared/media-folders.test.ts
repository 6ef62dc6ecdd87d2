import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/core/clock.js'
import { silentLogger } from '../../../src/core/log.js'
import { createMediaIds } from '../../../src/platforms/shared/media-ids.js'
import { jpeg } from '../../library/sample.js'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'weloop-media-'))
  for (const folder of ['files', 'pictures']) await mkdir(join(root, folder))
  await writeFile(join(root, 'files/both.jpg'), jpeg(300))
  await writeFile(join(root, 'pictures/both.jpg'), jpeg(400))
  await writeFile(join(root, 'pictures/own.jpg'), jpeg(500))
  await writeFile(join(root, 'secret.jpg'), jpeg(600))
  await symlink(join(root, 'secret.jpg'), join(root, 'pictures/out.jpg'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** How many bytes were uploaded for a file of a message. */
async function uploaded(file: string): Promise<number> {
  let bytes = 0
  const ids = createMediaIds({
    account: 'shop',
    kinds: { image: { maxBytes: 10_000, formats: ['image/jpeg'] } },
    async upload(_, made) {
      bytes = made.bytes.length
      return 'm1'
    },
    store: { find: async () => undefined, put: async () => undefined, drop: async () => undefined },
    dir: [join(root, 'files'), join(root, 'pictures')],
    downloads: { get: async () => Buffer.alloc(0), close: async () => undefined },
    clock: systemClock,
    log: silentLogger,
  })
  await ids.idOf({ file }, 'image')
  return bytes
}

test('a picture is looked for in the content folder first, then among those of the console, nowhere else', async () => {
  expect(await uploaded('both.jpg')).toBe(300)
  expect(await uploaded('own.jpg')).toBe(500)
  await expect(uploaded('nothing.jpg')).rejects.toMatchObject({ code: 'media.missing' })
  await expect(uploaded('../secret.jpg')).rejects.toMatchObject({ code: 'media.outside' })
  await expect(uploaded('out.jpg')).rejects.toMatchObject({ code: 'media.outside' })
})
