/** A value of a push: text goes into CDATA, a number is bare, an array repeats its element, an object nests. */
export type XmlValue = string | number | bigint | XmlFields | XmlValue[]

/** The fields of an element in their order. */
export interface XmlFields {
  [name: string]: XmlValue
}

/** An element of a parsed reply: text when it has no children. */
export interface XmlElement {
  name: string
  text: string
  children: XmlElement[]
}

/** Writes `<xml>` as the platform does: strings in CDATA (with `]]>` split), numbers bare. */
export function writeXml(fields: XmlFields, root = 'xml'): string {
  return writeElement(root, fields)
}

function writeElement(name: string, value: XmlValue): string {
  if (Array.isArray(value)) return value.map((item) => writeElement(name, item)).join('')
  if (typeof value === 'object') {
    let inner = ''
    for (const [key, item] of Object.entries(value)) inner += writeElement(key, item)
    return `<${name}>${inner}</${name}>`
  }
  if (typeof value === 'string') return `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`
  return `<${name}>${value}</${name}>`
}

/** Names directly inside an element, for looking one up. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((item) => item.name === name)
}

/** Text of a direct child, or undefined. */
export function textOf(element: XmlElement, name: string): string | undefined {
  const found = child(element, name)
  return found && found.children.length === 0 ? found.text : undefined
}

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*/y
const MAX_DEPTH = 8
const MAX_ELEMENTS = 500
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Parses a reply strictly: one root, matching tags, no DOCTYPE, no attributes. Returns the reason when it is not that. */
export function parseXml(source: string): XmlElement | string {
  if (hasForbiddenCharacter(source)) return 'a character that XML does not allow'
  let at = 0
  let count = 0
  const skipSpace = () => {
    while (at < source.length && ' \t\r\n'.includes(source.charAt(at))) at++
  }
  const element = (depth: number): XmlElement | string => {
    if (depth > MAX_DEPTH || ++count > MAX_ELEMENTS) return 'too deep or too many elements'
    NAME.lastIndex = at + 1
    const name = NAME.exec(source)?.[0]
    if (source[at] !== '<' || !name) return `an element was expected at ${at}`
    at += 1 + name.length
    skipSpace()
    if (source.startsWith('/>', at)) {
      at += 2
      return { name, text: '', children: [] }
    }
    if (source[at] !== '>') return `<${name}> is not closed or has attributes`
    at++
    return content(name, depth)
  }
  const content = (name: string, depth: number): XmlElement | string => {
    const children: XmlElement[] = []
    let text = ''
    for (;;) {
      if (at >= source.length) return `<${name}> has no end`
      if (source.startsWith('<![CDATA[', at)) {
        const end = source.indexOf(']]>', at + 9)
        if (end < 0) return 'a CDATA section has no end'
        text += source.slice(at + 9, end)
        at = end + 3
      } else if (source.startsWith('</', at)) {
        if (!source.startsWith(`</${name}>`, at)) return `<${name}> is closed by another tag`
        at += name.length + 3
        if (children.length > 0 && text.trim() !== '') return `text beside elements in <${name}>`
        return { name, text: children.length > 0 ? '' : text, children }
      } else if (source[at] === '<') {
        const inner = element(depth + 1)
        if (typeof inner === 'string') return inner
        children.push(inner)
      } else {
        const end = source.indexOf('<', at)
        const raw = decodeEntities(source.slice(at, end < 0 ? source.length : end))
        if (raw === undefined) return 'an unknown entity'
        text += raw
        at = end < 0 ? source.length : end
      }
    }
  }
  skipSpace()
  const declaration = /<\?xml [^<>]*\?>/y
  declaration.lastIndex = at
  at += declaration.exec(source)?.[0].length ?? 0
  skipSpace()
  const root = element(1)
  if (typeof root === 'string') return root
  skipSpace()
  return at === source.length ? root : 'something follows the root element'
}

function decodeEntities(text: string): string | undefined {
  if (!text.includes('&')) return text
  let wrong = false
  const decoded = text.replace(/&(#x?[0-9A-Fa-f]+|\w+);|&/g, (whole, name: string | undefined) => {
    const known = name === undefined ? undefined : (ENTITIES[name] ?? numericEntity(name))
    if (known === undefined) wrong = true
    return known ?? whole
  })
  return wrong ? undefined : decoded
}

function numericEntity(name: string): string | undefined {
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return name.startsWith('#') && code > 0x1f && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

function hasForbiddenCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if ((code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0xfffe || code === 0xffff) return true
  }
  return false
}
