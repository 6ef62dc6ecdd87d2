import type { ZodType, z } from 'zod'
import type { SidebarVisitor } from './port.js'

/** One thing the page asks, below `/sidebar/api`. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  method: 'GET' | 'POST'
  /** With parameters as `:name`. */
  path: string
  params?: ZodType<P>
  query?: ZodType<Q>
  body?: ZodType<B>
  handle(asked: { visitor: SidebarVisitor; params: P; query: Q; body: B }): Promise<unknown>
}

/** Makes a call with its types inferred from the schemas. */
export function call<
  P extends ZodType = z.ZodUnknown,
  Q extends ZodType = z.ZodUnknown,
  B extends ZodType = z.ZodUnknown,
>(
  definition: Omit<Call, 'params' | 'query' | 'body' | 'handle'> & {
    params?: P
    query?: Q
    body?: B
    handle(asked: {
      visitor: SidebarVisitor
      params: z.output<P>
      query: z.output<Q>
      body: z.output<B>
    }): Promise<unknown>
  },
): Call {
  return definition as unknown as Call
}

/** The call for a method and a path below `/sidebar/api`, with what stands in its parameters. */
export function findCall(
  calls: readonly Call[],
  method: string,
  path: string,
): { call: Call; params: Record<string, string> } | undefined {
  const given = path.split('/')
  for (const each of calls) {
    if (each.method !== method) continue
    const wanted = each.path.split('/')
    if (wanted.length !== given.length) continue
    const params = paramsOf(wanted, given)
    if (params) return { call: each, params }
  }
  return undefined
}

function paramsOf(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (!part.startsWith(':')) {
      if (part !== value) return undefined
      continue
    }
    try {
      params[part.slice(1)] = decodeURIComponent(value)
    } catch {
      return undefined
    }
  }
  return params
}
