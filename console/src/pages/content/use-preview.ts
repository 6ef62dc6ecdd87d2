import { useEffect, useState } from 'react'
import { call } from '../../api/browser.js'
import type { Content, Kind, Preview } from './shapes.js'

const REST_MS = 500

/** What the fields come to, asked of the server when typing rests; the last answer stays meanwhile. */
export function usePreview(kind: Kind, slug: string, content: Content): Preview | undefined {
  const [preview, setPreview] = useState<Preview>()
  const asked = JSON.stringify(content)
  useEffect(() => {
    const control = new AbortController()
    const timer = setTimeout(() => {
      const body = { slug, content: JSON.parse(asked) as Record<string, unknown> }
      call('previewContent', { params: { kind }, body, signal: control.signal, background: true }).then(
        setPreview,
        () => undefined,
      )
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [kind, slug, asked])
  return preview
}
