import { type ZodType, z } from 'zod'
import type { Route } from './route.js'

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type JsonSchema = { [key: string]: unknown }

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
}

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  /** The scope a key needs. */
  'x-scope': string
  /** It only looks, as a GET does: asking again changes nothing. */
  'x-safe'?: true
  /** Empty for routes that ask for nobody. */
  security?: []
  parameters?: Parameter[]
  requestBody?: { required: true; content: { 'application/json': { schema: JsonSchema } } }
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  security: Record<string, string[]>[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> }
}

const PROBLEM = z
  .object({
    type: z.string().meta({ description: 'urn:weloop:problem: and a stable word' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'the id of the request in the log' }),
    current: z.unknown().optional().meta({ description: 'what there is now, where somebody else was quicker' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string(), fix: z.string().optional() }))
      .optional()
      .meta({ description: 'what is wrong where, and how to mend it' }),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457)' })

const EVERYWHERE: Readonly<Record<number, string>> = {
  400: 'The request is not as it should be.',
  401: 'Not signed, or the signature does not fit.',
  403: 'The key, or the roles of the person, lack the scope.',
  429: 'Too many requests; see Retry-After.',
}

const SIGNING = `Every request is signed: \`Authorization: WXB1 keyId=<id>,ts=<seconds>,nonce=<16 to 64 letters, digits, - or _>,sig=<hex>\`.
The signature is HMAC-SHA256, with the key's secret, over seven lines joined by a line feed: \`WXB1\`, the method in capitals,
the path, the query (names and values encoded as RFC 3986 says, the pairs sorted by their encoded name and value, joined by \`&\`), ts, nonce, and the SHA-256 of the body in hex.
The time may differ from ours by five minutes; a nonce is taken once.`

const SESSION = `People at the console: the cookie that signing in sets (without https it is \`weloop_session\`). Everything but GET also
sends \`X-CSRF-Token\`, which \`GET /session\` tells, and comes from the console's own pages.`

/** The OpenAPI document of routes, from the very schemas that check their requests. */
export function openApi(routes: readonly Route[], publicUrl = ''): OpenApi {
  const schemas: Record<string, JsonSchema> = {}
  const paths: OpenApi['paths'] = {}
  const problem = schemaOf(PROBLEM, 'output', schemas)
  for (const route of routes) {
    const path = route.path.replace(/:([^/]+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = operationOf(route, schemas, problem)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'WeLoop',
      version: '1',
      description: `What a shop or a mini program tells WeLoop and asks of it.\n\n${SIGNING}`,
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ WXB1: [] }, { session: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        WXB1: { type: 'apiKey', in: 'header', name: 'Authorization', description: SIGNING },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-weloop-session', description: SESSION },
      },
    },
  }
}

function operationOf(route: Route, schemas: Record<string, JsonSchema>, problem: JsonSchema): Operation {
  const { id, summary, description, tag, scope, method } = route
  const parameters = [
    ...pathNames(route.path).map((name) => pathParameter(name, route.params, schemas)),
    ...queryParameters(route.query, schemas),
    ...(route.idempotent ? [idempotencyParameter(route.idempotent === 'required')] : []),
  ]
  const errors = { ...EVERYWHERE, ...(route.idempotent && IDEMPOTENCY), ...route.errors }
  const refusals = Object.entries(errors).map(([status, meaning]) => {
    return [status, { description: meaning, content: { 'application/problem+json': { schema: problem } } }] as const
  })
  const body = route.body && schemaOf(route.body, 'input', schemas)
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    'x-scope': scope,
    ...((method === 'GET' || route.looks) && { 'x-safe': true as const }),
    ...(scope === 'anyone' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body &&
      method !== 'GET' && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      '2XX': {
        description: 'Done.',
        content: {
          [route.stream ? 'text/event-stream' : 'application/json']: {
            schema: schemaOf(route.answer, 'output', schemas),
          },
        },
      },
      ...Object.fromEntries(refusals),
    },
  }
}

const IDEMPOTENCY: Readonly<Record<number, string>> = {
  409: 'A request with this Idempotency-Key is under way; see Retry-After.',
  422: 'The Idempotency-Key was used for another request.',
}

const pathNames = (path: string) => [...path.matchAll(/:([^/]+)/g)].map(([, name = '']) => name)

function pathParameter(name: string, params: ZodType | undefined, schemas: Record<string, JsonSchema>): Parameter {
  const properties = params ? propertiesOf(schemaOf(params, 'input', schemas)) : {}
  return { name, in: 'path', required: true, schema: properties[name] ?? { type: 'string' } }
}

function queryParameters(query: ZodType | undefined, schemas: Record<string, JsonSchema>): Parameter[] {
  if (!query) return []
  const schema = resolved(schemaOf(query, 'input', schemas), schemas)
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(propertiesOf(schema)).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof description === 'string' && { description }),
    schema: rest,
  }))
}

/** A named schema itself in place of the reference to it. */
function resolved(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const reference = schema['$ref']
  return typeof reference === 'string' ? (schemas[reference.split('/').at(-1) ?? ''] ?? {}) : schema
}

const idempotencyParameter = (required: boolean): Parameter => ({
  name: 'Idempotency-Key',
  in: 'header',
  required,
  description: 'Names the request for 24 hours: sent again it gets the same answer and is not done twice.',
  schema: { type: 'string', pattern: '^[!-~]{8,128}$' },
})

const propertiesOf = (schema: JsonSchema) => (schema['properties'] ?? {}) as Record<string, JsonSchema>

/** A schema as JSON Schema; named ones move to the components. */
function schemaOf(schema: ZodType, io: 'input' | 'output', schemas: Record<string, JsonSchema>): JsonSchema {
  const { $schema: _, ...own } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
    },
  }) as JsonSchema
  return moved(own, schemas) as JsonSchema
}

/** Definitions go to the components wherever they stand, and references point there. */
function moved(value: unknown, schemas: Record<string, JsonSchema>): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, schemas))
  if (typeof value !== 'object' || value === null) return value
  const found: JsonSchema = {}
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$defs') {
      for (const [name, definition] of Object.entries(inner as Record<string, JsonSchema>)) {
        schemas[name] ??= moved(definition, schemas) as JsonSchema
      }
    } else if (key === '$ref' && typeof inner === 'string') {
      found[key] = inner.replace('#/$defs/', '#/components/schemas/')
    } else found[key] = moved(inner, schemas)
  }
  return found
}
