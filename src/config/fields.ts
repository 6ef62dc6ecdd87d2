import { z } from 'zod'
import { durationMs } from '../core/clock.js'

/** A duration such as 500ms, 30s, 10m, 48h or 30d; in ms. */
export const duration = (standard: string) =>
  z
    .union([z.string(), z.number()])
    .default(standard)
    .transform((value, ctx) => {
      try {
        return durationMs(value)
      } catch {
        ctx.addIssue({ code: 'custom', message: 'must be a duration such as 500ms, 30s, 10m, 48h or 30d' })
        return z.NEVER
      }
    })

/** An http(s) address. */
export const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) address such as https://wx.example.com' })
/** EncodingAESKey. */
export const aesKey = z.string().regex(/^[A-Za-z0-9]{43}$/, 'must be exactly 43 letters and digits (EncodingAESKey)')
/** The token of a callback. */
export const token = z.string().regex(/^[A-Za-z0-9_-]{3,32}$/, 'must be 3 to 32 letters, digits, - or _')
