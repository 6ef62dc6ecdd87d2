import type { ServerResponse } from 'node:http'
import { pictureOf } from '../shop/picture.js'
import { products } from '../shop/products.js'

/** The drawn picture of a product of the shop, `/shop/pictures/<product>.svg`. */
export function servePicture(response: ServerResponse, path: string): boolean {
  const id = path.slice('/shop/pictures/'.length).replace(/\.svg$/, '')
  const product = products.find((item) => item.id === id)
  if (!product) return false
  response.writeHead(200, {
    'Content-Type': 'image/svg+xml',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'private, max-age=3600',
  })
  response.end(pictureOf(product))
  return true
}
