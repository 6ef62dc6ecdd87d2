// The explain command: the plan that would be used, and what it looked at.
import { MongoError } from '../errors.js'
import type { Plan } from '../plan/plan.js'
import { topLevel } from '../project.js'
import { type Examined, type Query, select } from '../query/select.js'
import { type Doc, get, isPlain } from '../values.js'
import type { Request } from '../wire/message.js'
import { okReply } from '../wire/reply.js'
import { checkedNamespace, document, documents, number, optionalDocument, vet } from './args.js'
import type { Context } from './context.js'
import { drain } from './cursors.js'

/** Explains a find, count, distinct, update, delete, findAndModify or aggregate. */
export function explain(request: Request, context: Context): Promise<Buffer> {
  vet(request, new Set(['verbosity']))
  const inner = document(request.args, 'explain')
  const name = Object.keys(inner)[0] ?? ''
  const ns = checkedNamespace(request.db, get(inner, name))
  return explained(context, ns, queryOf(name, inner))
}

/** Explains a pipeline by its leading `$match`. */
export function explainAggregate(request: Request, context: Context, pipeline: Doc[]): Promise<Buffer> {
  const ns = checkedNamespace(request.db, get(request.args, request.name))
  return explained(context, ns, { filter: leadingMatch(pipeline), hint: get(request.args, 'hint') })
}

function queryOf(name: string, inner: Doc): Query {
  const hint = get(inner, 'hint')
  const sort = optionalDocument(inner, 'sort')
  switch (name) {
    case 'find': {
      const limit = Math.abs(number(inner, 'limit', 0))
      const spec = optionalDocument(inner, 'projection')
      const only = spec === undefined ? undefined : topLevel(spec)
      return { filter: document(inner, 'filter'), sort, skip: number(inner, 'skip', 0), limit, hint, only }
    }
    case 'count':
      return { filter: document(inner, 'query'), hint, only: [] }
    case 'distinct':
    case 'findAndModify':
    case 'findandmodify':
      return { filter: document(inner, 'query'), sort, hint }
    case 'update':
      return { filter: document(documents(inner, 'updates')?.[0] ?? {}, 'q') }
    case 'delete':
      return { filter: document(documents(inner, 'deletes')?.[0] ?? {}, 'q') }
    case 'aggregate':
      return { filter: leadingMatch(documents(inner, 'pipeline') ?? []), hint }
  }
  throw new MongoError(59, `Explain failed due to unknown command: ${name}`)
}

function leadingMatch(pipeline: Doc[]): Doc {
  const match = get(pipeline[0] ?? {}, '$match')
  return isPlain(match) ? match : {}
}

async function explained(context: Context, ns: string, query: Query): Promise<Buffer> {
  const examined: Examined = { documents: 0 }
  const startedAt = performance.now()
  let nReturned = 0
  await drain(
    select(context.store.get(ns), query, examined),
    () => context.store.rest(),
    () => {
      nReturned++
    },
  )
  const stage = describe(examined, query)
  const fetched = stage['stage'] === 'COLLSCAN' || stage['stage'] === 'EOF' ? 0 : examined.documents
  const keys = fetched + (examined.keys ?? 0)
  return okReply({
    explainVersion: '1',
    queryPlanner: { namespace: ns, parsedQuery: query.filter, winningPlan: stage, rejectedPlans: [] },
    executionStats: {
      executionSuccess: true,
      nReturned,
      executionTimeMillis: Math.round(performance.now() - startedAt),
      totalKeysExamined: keys,
      totalDocsExamined: examined.documents,
      executionStages: stage,
    },
    serverInfo: { version: '7.0.0' },
  })
}

function describe({ plan: p, covered }: Examined, query: Query): Doc {
  const byId = p === undefined && Object.hasOwn(query.filter, '_id')
  if (byId) return { stage: 'IDHACK', indexName: '_id_' }
  if (p === undefined) return { stage: 'EOF' }
  if (covered) return { stage: 'PROJECTION_COVERED', inputStage: get(access(p), 'inputStage') }
  const found = access(p)
  return query.sort === undefined || p.sorted ? found : { stage: 'SORT', sortPattern: query.sort, inputStage: found }
}

function access(p: Plan): Doc {
  switch (p.kind) {
    case 'scan':
      return { stage: 'COLLSCAN', direction: p.reverse ? 'backward' : 'forward' }
    case 'or':
      return { stage: 'SUBPLAN', inputStage: { stage: 'OR', inputStages: p.branches.map(access) } }
  }
  const { index } = p
  const scan = {
    stage: 'IXSCAN',
    indexName: index.name,
    keyPattern: get(index.spec, 'key'),
    isMultiKey: index.multikey,
  }
  const direction = p.kind === 'index' && p.reverse ? 'backward' : 'forward'
  return { stage: 'FETCH', inputStage: { ...scan, direction } }
}
