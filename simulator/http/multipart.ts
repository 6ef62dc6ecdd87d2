/** A part of a multipart form. */
export interface Part {
  name: string
  filename: string | undefined
  contentType: string
  bytes: Buffer
}

/** Splits a multipart/form-data body; undefined when it is not one or is cut off. */
export function parseMultipart(contentType: string, body: Buffer): Part[] | undefined {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (!boundary) return undefined
  const delimiter = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  let at = body.indexOf(delimiter)
  while (at >= 0) {
    const start = at + delimiter.length
    if (body.toString('latin1', start, start + 2) === '--') return parts
    const headEnd = body.indexOf('\r\n\r\n', start)
    const next = body.indexOf(delimiter, start)
    if (headEnd < 0 || next < 0 || headEnd > next) return undefined
    parts.push(partOf(body.toString('utf8', start, headEnd), body.subarray(headEnd + 4, next - 2)))
    at = next
  }
  return undefined
}

function partOf(head: string, bytes: Buffer): Part {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  return {
    name: /[; ]name="([^"]*)"/.exec(disposition)?.[1] ?? '',
    filename: /filename="([^"]*)"/.exec(disposition)?.[1],
    contentType: /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? 'application/octet-stream',
    bytes: Buffer.from(bytes),
  }
}
