import { fail } from '../errors.js'
import { compileScoped } from '../match/index.js'
import { type Doc, get, isPlain } from '../values.js'
import { bucket, bucketAuto, count, group, sortByCount } from './group.js'
import { documents, facet, graphLookup, lookup, unionWith } from './join.js'
import { limit, limitOf, refused, sample, skip, sortStage } from './order.js'
import { reshaping, unwind } from './reshape.js'
import { each, type Stage, type StageCompiler } from './types.js'

/** Runs a pipeline lazily over documents; `resolve` gives another collection's documents to $lookup and the like. */
export function runPipeline(
  source: Iterable<Doc>,
  pipeline: Doc[],
  o: { resolve(collection: string): Iterable<Doc>; vars?: Doc },
): Iterable<Doc> {
  const run = compilePipeline(pipeline)
  return run(source, { resolve: (name) => o.resolve(name), vars: { NOW: new Date(), ...o.vars } })
}

/** Compiles a pipeline; unknown stages answer 40324, known ones that are not carried 115. */
export function compilePipeline(pipeline: unknown, inside?: string): Stage {
  if (!Array.isArray(pipeline)) return fail(14, "'pipeline' option must be specified as an array")
  const stages: Stage[] = []
  for (let i = 0; i < pipeline.length; i++) {
    const [name, arg] = stageOf(pipeline[i])
    if (inside === '$facet' && BARRED_IN_FACET.has(name))
      fail(40600, `${name} is not allowed to be used within a $facet stage`)
    if (name === '$documents' && i > 0) fail(40602, '$documents is only valid as the first stage in a pipeline')
    const next = name === '$sort' && i + 1 < pipeline.length ? stageOf(pipeline[i + 1]) : undefined
    if (name === '$sort') stages.push(sortStage(arg, next?.[0] === '$limit' ? limitOf(next[1]) : undefined))
    else stages.push(compilerOf(name)(arg, compilePipeline))
  }
  return (source, context) => stages.reduce((docs, stage) => stage(docs, context), source)
}

/** Compiles the stages of a pipeline update to a change of one document. */
export function compileUpdateStages(stages: unknown[]): (doc: Doc, vars: Doc) => Doc {
  const steps = stages.map((s) => {
    const [name, arg] = stageOf(s)
    const compile = Object.hasOwn(reshaping, name) ? reshaping[name] : undefined
    if (compile) return compile(arg)
    if (!Object.hasOwn(STAGES, name)) compilerOf(name)
    return fail(72, `${name} is not allowed to be used within an update`)
  })
  return (doc, vars) => steps.reduce((d, step) => step(d, vars), doc)
}

const match: StageCompiler = (arg) => {
  if (!isPlain(arg)) return fail(15959, 'the match filter must be an expression in an object')
  const scope = { vars: {} as Doc }
  const matches = compileScoped(arg, scope)
  return function* (source, { vars }) {
    for (const d of source) {
      scope.vars = vars
      if (matches(d)) yield d
    }
  }
}

const STAGES: Readonly<Record<string, StageCompiler>> = {
  ...Object.fromEntries(Object.entries(reshaping).map(([k, f]): [string, StageCompiler] => [k, (arg) => each(f(arg))])),
  $match: match,
  $unwind: unwind,
  $group: group,
  $count: count,
  $sortByCount: sortByCount,
  $bucket: bucket,
  $bucketAuto: bucketAuto,
  $skip: skip,
  $limit: limit,
  $sample: sample,
  $lookup: lookup,
  $unionWith: unionWith,
  $graphLookup: graphLookup,
  $facet: facet,
  $documents: documents,
}

const REFUSED = new Set([
  '$out',
  '$merge',
  '$geoNear',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$setWindowFields',
  '$redact',
  '$densify',
  '$fill',
  '$indexStats',
  '$collStats',
  '$planCacheStats',
  '$currentOp',
  '$listSessions',
  '$listLocalSessions',
  '$changeStreamSplitLargeEvent',
  '$shardedDataDistribution',
])

const BARRED_IN_FACET = new Set([
  '$facet',
  '$out',
  '$merge',
  '$geoNear',
  '$indexStats',
  '$collStats',
  '$planCacheStats',
  '$documents',
  '$search',
])

function stageOf(spec: unknown): [name: string, arg: unknown] {
  const keys = isPlain(spec) ? Object.keys(spec) : []
  const name = keys[0]
  if (!isPlain(spec) || name === undefined || keys.length !== 1) {
    return fail(40323, 'A pipeline stage specification object must contain exactly one field.')
  }
  return [name, get(spec, name)]
}

function compilerOf(name: string): StageCompiler {
  const known = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined
  if (known) return known
  if (name === '$changeStream') fail(40573, 'The $changeStream stage is only supported on replica sets')
  if (REFUSED.has(name)) return refused(name)
  return fail(40324, `Unrecognized pipeline stage name: '${name}'`)
}
