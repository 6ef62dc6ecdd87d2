/** The longest side of what is sent, in pixels, and the most characters of its base64 (the API takes 740 000). */
const SIDE = 1600
const MOST = 700_000

/** A picture of the person's disk as JPEG in base64, small enough to be sent. Rejects when it is no picture. */
export async function smallPicture(file: Blob): Promise<string> {
  const bitmap = await createImageBitmap(file)
  for (let side = SIDE; ; side = Math.round(side * 0.7)) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    const paper = canvas.getContext('2d')
    if (!paper) throw new Error('this browser cannot draw')
    paper.fillStyle = '#fff'
    paper.fillRect(0, 0, canvas.width, canvas.height)
    paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const encoded = canvas.toDataURL('image/jpeg', 0.85).split(',')[1] ?? ''
    if (encoded.length <= MOST || side < 200) return encoded
  }
}
