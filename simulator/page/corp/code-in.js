import { readCode } from './read-code.js'

/** The text of a QR code in a picture of the simulator; undefined when there is none or another site has it. */
export async function codeIn(address) {
  const url = new URL(address, location.origin)
  const image = new Image()
  // the same server under another name of this machine would not let its pictures be read
  image.src = url.port === location.port ? url.pathname + url.search : url.href
  const canvas = document.createElement('canvas')
  try {
    await image.decode()
    canvas.width = image.naturalWidth
    canvas.height = image.naturalHeight
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context.drawImage(image, 0, 0)
    return readCode(context.getImageData(0, 0, canvas.width, canvas.height))
  } catch {
    return undefined
  }
}
