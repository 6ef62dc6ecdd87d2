/** What the console's pages are protected by. */
export interface ConsoleHeaders {
  /** Of this answer only: 128 random bits for the styles that antd makes at run time. */
  nonce: string
  /** The address people use begins with https. */
  https: boolean
  /** Where pictures of followers and articles lie besides us. */
  pictures?: readonly string[]
}

/**
 * The header fields of the console's pages: scripts only from us, styles from us or with the nonce, no frames around it,
 * no plugins, nothing remembered by proxies. No `unsafe-inline`, no `unsafe-eval`.
 */
export function consoleHeaders({ nonce, https, pictures = [] }: ConsoleHeaders): Record<string, string> {
  if (!/^[A-Za-z0-9+/_-]{22,}={0,2}$/.test(nonce)) throw new RangeError('a nonce has 128 random bits in base64')
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src ${["'self'", 'data:', 'blob:', ...pictures].join(' ')}`,
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    'Cache-Control': 'no-store',
    ...(https && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
  }
}
