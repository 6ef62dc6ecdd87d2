import type { JsonSchema, OpenApi, Operation } from './openapi.js'

const MADE =
  '// Made from the API’s own schemas; test/client/operations.test.ts compares, and says how to make it anew.\n'

/** The typed client’s two files, as TypeScript: every named schema, and what each operation takes and answers. */
export function typescriptOf(document: OpenApi): { types: string; operations: string } {
  const named = Object.entries(document.components.schemas).filter(([name]) => name !== 'Problem')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.responses['2XX']?.content?.['text/event-stream'] === undefined)
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const shapes = operations.map(({ path, operation }) => shapeOf(path, operation)).join('\n')
  const table = operations.map(({ path, method, operation }) => {
    return `  ${operation.operationId}: { method: '${method}', path: '${path}', idempotency: '${repeats(operation)}' },`
  })
  const used = named.map(([name]) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(shapes))
  return {
    types: `${MADE}\n${named.map(([name, schema]) => declare(name, schema)).join('\n\n')}\n`,
    operations: `${MADE}
import type { ${used.toSorted().join(', ')} } from './types.js'

/** What each operation takes and answers. */
export interface Operations {
${shapes}
}

/** Where each operation lives. */
export const OPERATIONS = {
${table.join('\n')}
} as const satisfies Record<
  keyof Operations,
  { method: string; path: string; idempotency: 'safe' | 'none' | 'optional' | 'required' }
>
`,
  }
}

/** Whether an operation may be asked twice: because it only looks, or under its key. */
function repeats(operation: Operation): string {
  if (operation['x-safe']) return 'safe'
  const own = operation.parameters?.find(({ name }) => name === 'Idempotency-Key')
  if (own === undefined) return 'none'
  return own.required ? 'required' : 'optional'
}

function declare(name: string, schema: JsonSchema): string {
  const { description } = schema
  const about = `/** ${comment(typeof description === 'string' ? description : `${name}, as the API takes or gives it.`)} */\n`
  if (schema['type'] === 'object' && schema['properties'] !== undefined) {
    return `${about}export interface ${name} ${typeOf(schema)}`
  }
  return `${about}export type ${name} = ${typeOf(schema)}`
}

function shapeOf(path: string, operation: Operation): string {
  const { operationId, summary, parameters = [], requestBody, responses } = operation
  const params = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => `${name}: string`)
  const query = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, required, schema }) => `${key(name)}${required ? '' : '?'}: ${typeOf(schema)}`)
  const body = requestBody?.content['application/json'].schema
  const answer = responses['2XX']?.content?.['application/json']?.schema
  return [
    `  /** ${comment(summary)} */`,
    `  ${operationId}: {`,
    `    params: ${params.length > 0 ? `{ ${params.join('; ')} }` : 'undefined'}`,
    `    query: ${query.length > 0 ? `{ ${query.join('; ')} }` : 'undefined'}`,
    `    body: ${body ? typeOf(body) : 'undefined'}`,
    `    answer: ${answer ? typeOf(answer) : 'unknown'}`,
    '  }',
  ].join('\n')
}

/** A JSON Schema as a type; limits of length and value are the server's to check. */
function typeOf(schema: JsonSchema): string {
  const { $ref: reference, const: fixed, enum: choices, anyOf, oneOf, type, items } = schema
  if (typeof reference === 'string') return reference.split('/').at(-1) ?? 'unknown'
  if (fixed !== undefined) return literal(fixed)
  if (Array.isArray(choices)) return choices.map(literal).join(' | ')
  const several = anyOf ?? oneOf
  if (Array.isArray(several)) return several.filter(isSchema).map(typeOf).join(' | ')
  if (Array.isArray(type)) return type.map((one: unknown) => typeOf({ ...schema, type: one })).join(' | ')
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'number':
    case 'integer':
      return 'number'
    case 'array': {
      const inner = isSchema(items) ? typeOf(items) : 'unknown'
      return / [|&] /.test(inner) ? `(${inner})[]` : `${inner}[]`
    }
    case 'object':
      return objectType(schema)
    default:
      return 'unknown'
  }
}

function objectType(schema: JsonSchema): string {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const names = Object.entries(properties)
  const more = schema['additionalProperties']
  if (names.length === 0) return isSchema(more) ? `Record<string, ${typeOf(more)}>` : 'Record<string, unknown>'
  const fields = names.map(([name, field]) => {
    const { description } = field
    const about = typeof description === 'string' ? `/** ${comment(description)} */\n` : ''
    return `${about}${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(field)}`
  })
  return `{\n${fields.join('\n')}\n}`
}

const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`)

const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value)

const comment = (text: string) => text.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim()

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
