import { describe, expect, test } from '@jest/globals'
import { describeIssues } from '../../../src/http/api/problem.js'
import { ruleSchema } from '../../../src/library/rule.js'

const faults = (rule: unknown) => {
  const read = ruleSchema.safeParse(rule)
  if (read.success) throw new Error('the rule should be refused')
  return describeIssues(read.error, 'rule')
}

describe('what a schema finds wrong', () => {
  test('is told with its field, and with the fix where the schema has one', () => {
    const [first] = faults({ tag: { is: '' } })
    expect(first?.field).toMatch(/^rule\.tag/)
    const told = [
      ...faults({ all: [] }),
      ...faults({ orders: { countt: 1 } }),
      ...faults({ inactive: { for: 'soon' } }),
    ]
    expect(told.length).toBeGreaterThan(2)
    for (const { message, fix } of told) expect(`${message}${fix ?? ''}`).not.toContain('\u2063')
    expect(told.some(({ fix }) => fix !== undefined && fix.length > 3)).toBe(true)
  })
})
