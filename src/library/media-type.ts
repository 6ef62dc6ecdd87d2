/** What the first bytes of a file say it is. */
export interface Sniffed {
  /** A MIME type; `application/octet-stream` when it is none that the platforms take. */
  type: string
  width?: number
  height?: number
}

/** Tells a picture, voice or video by its content; names lie. Sizes are read for JPG, PNG and GIF. */
export function sniff(bytes: Buffer): Sniffed {
  const starts = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text
  if (bytes.length >= 24 && starts('\x89PNG\r\n\x1a\n'))
    return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (bytes.length >= 10 && (starts('GIF87a') || starts('GIF89a')))
    return { type: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  if (bytes.length >= 4 && starts('\xff\xd8\xff')) return { type: 'image/jpeg', ...jpegSize(bytes) }
  if (starts('#!AMR')) return { type: 'audio/amr' }
  if (starts('ID3') || (bytes.length > 1 && bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2))
    return { type: 'audio/mpeg' }
  if (starts('ftyp', 4)) return { type: 'video/mp4' }
  return { type: 'application/octet-stream' }
}

function jpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  let at = 2
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
