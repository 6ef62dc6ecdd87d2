import { problem } from './problem.js'
import type { Reading } from './read.js'
import type { MediaFile, TextFile } from './source.js'

/** What stands beside the files of the content folder: written at the console, kept in the store. */
export interface Beside {
  /** With `owner: 'console'` and the path that a file of it would have. */
  files: readonly TextFile[]
  media: readonly MediaFile[]
}

/**
 * Reads the folder and what stands beside it. A file always wins over something else of its name, which is told as a
 * warning. When what stands beside cannot be read, what it was before stays; `failed` is told.
 */
export function readBoth(
  read: () => Promise<Reading>,
  beside: () => Promise<Beside>,
  failed: (error: unknown) => void,
): () => Promise<Reading> {
  let last: Beside = { files: [], media: [] }
  return async () => {
    const [{ source, problems }, more] = await Promise.all([
      read(),
      beside().catch((error: unknown) => {
        failed(error)
        return last
      }),
    ])
    last = more
    const paths = new Set(source.files.map(({ path }) => path))
    const names = new Set(source.media.map(({ name }) => name))
    const hidden = [
      ...more.files.filter(({ path }) => paths.has(path)).map(({ path }) => path),
      ...more.media.filter(({ name }) => names.has(name)).map(({ name }) => `media/${name}`),
    ]
    return {
      source: {
        files: [...source.files, ...more.files.filter(({ path }) => !paths.has(path))],
        media: [...source.media, ...more.media.filter(({ name }) => !names.has(name))],
      },
      problems: [
        ...problems,
        ...hidden.map((file) =>
          problem(
            { file, field: '文件名' },
            '控制台里也有一份同名的内容，以文件为准',
            '给文件改名，或在控制台里删除那一份',
            'warning',
          ),
        ),
      ],
    }
  }
}
