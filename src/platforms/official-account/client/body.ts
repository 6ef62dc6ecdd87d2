import { PassThrough, type Readable } from 'node:stream'

export { type Body, fileBody, jsonBody } from '../../shared/request-body.js'

/**
 * The bytes of a body as co-wechat-api makes them: a string, a Buffer or an old-style stream that is no iterable.
 * Collected, so that the same bytes can be sent again after a token refresh. Throws RangeError beyond `maxBytes`.
 */
export async function collectBody(data: unknown, maxBytes: number): Promise<string | Buffer | undefined> {
  if (data === undefined || data === null) return undefined
  if (typeof data === 'string' || Buffer.isBuffer(data)) return data
  if (!isPipeable(data)) throw new TypeError('the request body is neither text, bytes nor a stream')
  const through = new PassThrough()
  data.on('error', (error) => through.destroy(error))
  data.pipe(through)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of through) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > maxBytes) throw new RangeError(`the request body is larger than ${maxBytes} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function isPipeable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'pipe' in value && typeof value.pipe === 'function'
}
