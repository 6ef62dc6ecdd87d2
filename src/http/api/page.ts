import type { JsonSchema, OpenApi, Operation } from './openapi.js'

/** The document as one page without scripts or foreign files. */
export function apiPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const groups = document.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    const entries = own.map(
      ({ method, path, operation }) =>
        `<li><a href="#${plain(operation.operationId)}"><code>${method} ${plain(path)}</code></a> ${plain(operation.summary)}</li>`,
    )
    return `<h3>${plain(name)}</h3><ul class="toc">${entries.join('')}</ul>`
  })
  const server = document.servers[0]?.url ?? ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>WeLoop API</title><style>${STYLE}</style></head><body><main>
<h1>WeLoop API</h1>
<p>Base address <code>${plain(server)}</code>. Machine-readable: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<h2 id="signing">Signing</h2>
${paragraphs(document.info.description)}
<pre>WXB1
POST
/api/v1/events

1767225600
3f0c2a9d8e7b6a5f
${'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'}</pre>
<p>is what is signed for <code>POST /api/v1/events</code> without a query and with the body <code>{}</code>. Keys are made with
<code>weloop key create</code>; a secret is shown once.</p>
<h2>Operations</h2>${groups.join('')}
${operations.map(({ method, path, operation }) => operationPart(method, path, operation)).join('\n')}
<h2>Types</h2>
${Object.entries(document.components.schemas)
  .map(([name, schema]) => `<h3 id="type-${plain(name)}">${plain(name)}</h3>${schemaPart(schema)}`)
  .join('\n')}
</main></body></html>`
}

function operationPart(method: string, path: string, operation: Operation): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const rows = parameters.map(
    ({ name, in: where, required, schema, description: about = '' }) =>
      `<tr><td><code>${plain(name)}</code></td><td>${where}${required ? ', required' : ''}</td><td>${typeOf(schema)}</td><td>${plain(about)}</td></tr>`,
  )
  const body = requestBody?.content['application/json'].schema
  const done = responses['2XX']?.content?.['application/json']?.schema
  const refusals = Object.entries(responses).filter(([status]) => status !== '2XX')
  return `<section id="${plain(operationId)}"><h3><code>${method} ${plain(path)}</code></h3>
<p><b>${plain(summary)}</b> Scope <code>${plain(operation['x-scope'])}</code>.</p>${paragraphs(description ?? '')}
${rows.length > 0 ? `<table>${rows.join('')}</table>` : ''}
${body ? `<h4>Body</h4>${schemaPart(body)}` : ''}
${done ? `<h4>Answer</h4>${schemaPart(done)}` : ''}
<h4>Refusals</h4><table>${refusals
    .map(([status, { description: meaning }]) => `<tr><td>${plain(status)}</td><td>${plain(meaning)}</td></tr>`)
    .join('')}</table></section>`
}

/** An object as a table of its fields; anything else as its type. */
function schemaPart(schema: JsonSchema): string {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const about = typeof schema['description'] === 'string' ? `<p>${plain(schema['description'])}</p>` : ''
  const names = Object.keys(properties)
  if (names.length === 0) return `${about}<p>${typeOf(schema)}</p>`
  const rows = Object.entries(properties).map(([name, field]) => {
    const nested = nestedOf(field)
    const description = typeof field['description'] === 'string' ? plain(field['description']) : ''
    const inner = nested ? `<details><summary>fields</summary>${schemaPart(nested)}</details>` : ''
    return `<tr><td><code>${plain(name)}</code>${required.includes(name) ? '' : '?'}</td><td>${typeOf(field)}</td><td>${description}${inner}</td></tr>`
  })
  return `${about}<table>${rows.join('')}</table>`
}

function nestedOf(field: JsonSchema): JsonSchema | undefined {
  if (field['properties'] !== undefined) return field
  const items = field['items']
  return isSchema(items) && items['properties'] !== undefined ? items : undefined
}

function typeOf(schema: JsonSchema): string {
  const { $ref: reference, type, enum: choices, const: fixed, items, anyOf, oneOf, format, pattern } = schema
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1) ?? ''
    return `<a href="#type-${plain(name)}">${plain(name)}</a>`
  }
  if (fixed !== undefined) return `<code>${plain(JSON.stringify(fixed))}</code>`
  if (Array.isArray(choices)) return choices.map((one) => `<code>${plain(JSON.stringify(one))}</code>`).join(' | ')
  const several = anyOf ?? oneOf
  if (Array.isArray(several)) return several.filter(isSchema).map(typeOf).join(' | ')
  if (type === 'array') return `list of ${isSchema(items) ? typeOf(items) : 'anything'}`
  const limits = ['minimum', 'maximum', 'minLength', 'maxLength'].flatMap((name) => {
    const value = schema[name]
    return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? [`${name} ${value}`] : []
  })
  const more = [format, pattern, ...limits].filter((one) => typeof one === 'string').map((one) => plain(String(one)))
  return `${plain(String(type ?? 'anything'))}${more.length > 0 ? ` <small>${more.join(', ')}</small>` : ''}`
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const paragraphs = (text: string) =>
  text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== '')
    .map((part) => `<p>${plain(part).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
    .join('')

const plain = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;margin:0}
main{max-width:60rem;margin:0 auto;padding:1.5rem}h1{margin-top:0}section{border-top:1px solid #8884;padding-top:.5rem;margin-top:1.5rem}
table{border-collapse:collapse;width:100%;font-size:.93em}td{border-top:1px solid #8883;padding:.3rem .6rem .3rem 0;vertical-align:top}
code,pre{font:.92em ui-monospace,Consolas,monospace}pre{background:#8881;padding:.8rem;overflow:auto}.toc{list-style:none;padding:0}
small{opacity:.7}a{color:#07c160}`
