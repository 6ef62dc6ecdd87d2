import { miniProgramLimits as limits, scenePattern } from '../../../../rules/mini-program/limits.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { atMost, characters, some, whole } from '../../official-account/client/check.js'
import { refusedBefore, transportError } from '../../official-account/errors.js'

/** Which build of the mini program a code or link opens. */
export type Version = 'release' | 'trial' | 'develop'

/** A round code (小程序码) that opens a page. */
export interface Code {
  /** 1 to 32 letters, digits and `!#$&'()*+,/:;=?@-._~`; the page gets it as `scene`. Longer state: a short key. */
  scene: string
  /** E.g. `pages/gift/index`: no leading `/`, no query. Standard: the home page. */
  page?: string
  /** Whether the page must exist in the released version; standard true. */
  checkPage?: boolean
  /** Standard `release`. */
  version?: Version
  /** Pixels, 280 to 1280; standard 430. */
  width?: number
  /** Transparent background. */
  transparent?: boolean
  /** Colour of the lines, `#rrggbb`. */
  color?: string
}

/** Codes without a limit in number. 5000 a minute. */
export interface Codes {
  /** The picture. 41030 when the page does not exist. */
  unlimited(code: Code): Promise<{ bytes: Buffer; contentType: string }>
}

const PATH = '/wxa/getwxacodeunlimit'
const STANDARD_WIDTH = 430

/** The group's methods on an API. */
export function codes(api: WeChatApi): Codes {
  return {
    unlimited: async (code) => {
      const { scene, page, checkPage = true, version = 'release', width = STANDARD_WIDTH } = code
      some(PATH, 'scene', characters(scene), limits.codeScene)
      if (!scenePattern.test(scene)) {
        throw refusedBefore(
          PATH,
          'scene',
          "only letters, digits and !#$&'()*+,/:;=?@-._~",
          "只能含字母、数字和 !#$&'()*+,/:;=?@-._~",
        )
      }
      whole(PATH, 'width', width, limits.codeWidthLeast.value, limits.codeWidth)
      if (page !== undefined) checkPath(PATH, 'page', page)
      const answer = await api.download(PATH, {
        json: {
          scene,
          ...(page !== undefined && { page }),
          check_path: checkPage,
          env_version: version,
          width,
          ...(code.transparent && { is_hyaline: true }),
          ...(code.color !== undefined && { line_color: rgb(code.color) }),
        },
        deadlineMs: 30_000,
      })
      if ('file' in answer) return { bytes: answer.file, contentType: answer.contentType }
      throw transportError(PATH, 'uncertain', 'the answer is no picture')
    },
  }
}

/** Throws unless it is a page's path: no leading `/`, no query. */
export function checkPath(endpoint: string, field: string, page: string): void {
  atMost(endpoint, field, characters(page), limits.codePagePath)
  if (page === '' || page.startsWith('/') || page.includes('?')) {
    throw refusedBefore(
      endpoint,
      field,
      'must be a page such as pages/index, without a leading / and without a query',
      '须形如 pages/index，不带开头的 / 和参数',
    )
  }
}

function rgb(color: string): object {
  const [, r, g, b] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color) ?? []
  if (r === undefined || g === undefined || b === undefined) {
    throw refusedBefore(PATH, 'color', 'must be #rrggbb', '须为 #rrggbb')
  }
  return { r: Number.parseInt(r, 16), g: Number.parseInt(g, 16), b: Number.parseInt(b, 16) }
}
