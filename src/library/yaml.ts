import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { messageOf } from '../core/errors.js'
import { type ContentProblem, problem } from './problem.js'

/** A YAML text as plain data that still knows its lines. */
export interface Yaml {
  value: unknown
  /** The 1-based line of the deepest part of `path` that exists; a key's own line for a key. */
  lineOf(path: readonly PropertyKey[]): number
  problems: ContentProblem[]
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads YAML as data only: no tags, no anchors or aliases (a short file cannot grow in memory), no duplicate keys and
 * none that reach an object's prototype. Never throws; `value` is undefined when there are problems.
 * @param startLine the line of the file that the text starts on
 */
export function readYaml(text: string, file: string, startLine = 1): Yaml {
  const lines = new LineCounter()
  const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line) + startLine - 1
  const at = (offset: number | undefined, field: string, message: string, fix: string) =>
    problem({ file, line: lineAt(offset), field }, message, fix)
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' })
    const problems = [...document.errors, ...document.warnings]
      .slice(0, 20)
      .map((error) => at(error.pos[0], 'yaml', explain(error.code, error.message), hint(error.code)))
    visit(document, {
      Alias: (_, node) => {
        problems.push(at(node.range?.[0], `*${node.source}`, '不支持 YAML 别名', '把内容原样再写一遍'))
      },
      Pair: (_, pair) => {
        const key = isScalar(pair.key) ? String(pair.key.value) : undefined
        if (key !== undefined && FORBIDDEN.has(key))
          problems.push(at(rangeOf(pair.key), key, '不允许的字段名', '换一个字段名或删去这一行'))
      },
    })
    const lineOf = (path: readonly PropertyKey[]) => lineAt(offsetOf(document.contents, path))
    return { value: problems.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 }), lineOf, problems }
  } catch (error) {
    return {
      value: undefined,
      lineOf: () => startLine,
      problems: [at(undefined, 'yaml', `无法读取：${messageOf(error)}`, '减少嵌套层数，检查括号与缩进')],
    }
  }
}

function rangeOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

function offsetOf(root: unknown, path: readonly PropertyKey[]): number | undefined {
  let node = root
  let offset = rangeOf(root)
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      )
      if (pair === undefined) return offset
      offset = rangeOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = rangeOf(node) ?? offset
    } else return offset
  }
  return offset
}

function explain(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return '同一个字段写了两次'
  if (code === 'TAG_RESOLVE_FAILED') return '不支持 YAML 标签（!!…）'
  return `YAML 写法有误（${message.replace(/\s+/g, ' ')}）`
}

function hint(code: string): string {
  if (code === 'DUPLICATE_KEY') return '只保留一处'
  if (code === 'TAG_RESOLVE_FAILED') return '去掉 !! 标签，直接写内容'
  return '检查缩进、冒号后的空格和引号；含有 : 或 # 的文字请加引号'
}
