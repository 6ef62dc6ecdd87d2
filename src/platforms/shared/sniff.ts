/** What a file's first bytes say it is, whatever its name claims. */
export interface FileType {
  /** MIME type, e.g. `image/png`. */
  type: string
  /** The usual ending without the dot, e.g. `png`. */
  ending: string
}

/** The type of a picture, voice recording or video; undefined for everything else (SVG and HTML included). */
export function sniff(bytes: Buffer): FileType | undefined {
  const head = bytes.subarray(0, 12).toString('latin1')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return { type: 'image/png', ending: 'png' }
  if (head.startsWith('\xff\xd8\xff')) return { type: 'image/jpeg', ending: 'jpg' }
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return { type: 'image/gif', ending: 'gif' }
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return { type: 'image/webp', ending: 'webp' }
  if (head.startsWith('BM')) return { type: 'image/bmp', ending: 'bmp' }
  if (head.startsWith('#!AMR')) return { type: 'audio/amr', ending: 'amr' }
  if (head.startsWith('ID3')) return { type: 'audio/mpeg', ending: 'mp3' }
  if (head.slice(4, 8) === 'ftyp') return { type: 'video/mp4', ending: 'mp4' }
  const [first = 0, second = 0] = bytes
  if (first === 0xff && (second & 0xe6) === 0xe2) return { type: 'audio/mpeg', ending: 'mp3' }
  return undefined
}
