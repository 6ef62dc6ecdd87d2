import { useEffect, useRef } from 'react'

const TAGS: ReadonlySet<string> = new Set(
  'section p span strong em s a img br hr pre code blockquote h2 h3 h4 ul ol li table thead tbody tr th td'.split(' '),
)

/**
 * HTML of the server's renderer, which is sanitised there. Here it is built anew from a list of tags, apart from the
 * page's own styles: no script, no handler, no link that leads away from the editor can come out of it.
 */
export function SafeHtml({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const parsed = new DOMParser().parseFromString(withoutStyles(html), 'text/html')
    root.replaceChildren(...[...parsed.body.childNodes].flatMap(copy))
  }, [html])
  return <div ref={host} data-testid="article-html" />
}

/** The page's policy allows styles through the object model only: attributes get another name before they are read. */
const withoutStyles = (html: string) =>
  html.replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/ style="/g, ' data-style="'))

function copy(node: Node): Node[] {
  if (node instanceof Text) return [document.createTextNode(node.data)]
  if (!(node instanceof HTMLElement)) return []
  const tag = node.tagName.toLowerCase()
  if (!TAGS.has(tag)) return []
  const made = document.createElement(tag)
  made.style.cssText = node.getAttribute('data-style') ?? ''
  if (made instanceof HTMLImageElement) {
    const source = node.getAttribute('src') ?? ''
    if (source.startsWith('/media/')) made.src = source
    made.alt = node.getAttribute('alt') ?? ''
  }
  if (made instanceof HTMLAnchorElement) made.title = node.getAttribute('href') ?? ''
  made.append(...[...node.childNodes].flatMap(copy))
  return [made]
}
