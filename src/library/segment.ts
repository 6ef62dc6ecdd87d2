import { fields, issueProblems, words } from './fields.js'
import type { Parsed } from './reference.js'
import { type Rule, ruleSchema, segmentsIn } from './rule.js'
import type { TextFile } from './source.js'
import { readYaml } from './yaml.js'

/** The fields of a segment, as YAML and as JSON. */
export const segmentSchema = fields({
  title: words('title: 沉默的老客', 40),
  description: words('description: 30 天没来、45 天没下单', 300).optional(),
  rule: ruleSchema,
})

/** A segment of `content/segments`: who is meant, told by a rule. */
export interface SegmentDefinition {
  slug: string
  title: string
  description?: string
  rule: Rule
}

/** Reads `segments/SLUG.yaml`. */
export function parseSegment(file: TextFile, slug: string): Parsed<SegmentDefinition> {
  const yaml = readYaml(file.text, file.path)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems, references: [] }
  const read = segmentSchema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file.path), references: [] }
  const { title, description, rule } = read.data
  return {
    value: { slug, title, ...(description !== undefined && { description }), rule },
    problems: [],
    references: segmentsIn(rule).map(({ id, path }) => {
      const at = ['rule', ...path]
      return { kind: 'segment', target: id, use: 'link', line: yaml.lineOf(at), field: at.map(String).join('.') }
    }),
  }
}
