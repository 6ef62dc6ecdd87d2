import type { Doc } from '../values.js'

/** What a running pipeline can reach: other collections and variables. */
export type Context = { resolve(collection: string): Iterable<Doc>; vars: Doc }

/** A compiled stage. */
export type Stage = (source: Iterable<Doc>, context: Context) => Iterable<Doc>

/** Compiles a nested pipeline (of $facet, $lookup, $unionWith). */
export type CompilePipeline = (pipeline: unknown, inside?: string) => Stage

/** Compiles one stage's argument. */
export type StageCompiler = (arg: unknown, compile: CompilePipeline) => Stage

/** A stage that changes each document by itself. */
export function each(f: (doc: Doc, vars: Doc) => Doc): Stage {
  return function* (source, context) {
    for (const d of source) yield f(d, context.vars)
  }
}
