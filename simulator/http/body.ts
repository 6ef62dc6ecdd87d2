import type { IncomingMessage } from 'node:http'

/** Reads a body; undefined when it is longer than `max` bytes. */
export function readBody(request: IncomingMessage, max: number): Promise<Buffer | undefined> {
  if (request.headers['content-length'] === '0' || request.method === 'GET') return Promise.resolve(Buffer.alloc(0))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= max) chunks.push(chunk)
    })
    request.on('end', () => resolve(size > max ? undefined : Buffer.concat(chunks)))
    request.on('error', reject)
  })
}
